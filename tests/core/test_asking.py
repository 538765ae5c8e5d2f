from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from core.asking import ask, tell
from core.models import NumberSequence
from core.transactions import sqlstate

pytestmark = pytest.mark.django_db

COUNT = "SELECT count(*) FROM core_numbersequence"
ADD = "INSERT INTO core_numbersequence (name, last) VALUES (%s, %s)"


def as_django_asks(sql: str, parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


class TestAsk:
    @pytest.mark.parametrize(
        ("sql", "parameters"),
        [
            pytest.param("SELECT 1, NULL, 'a'", (), id="nothing"),
            pytest.param("SELECT %s + 1, %s::text", (41, "a % b"), id="values in order"),
            pytest.param(
                "SELECT %(b)s::text || %(a)s || %(b)s", {"a": "-", "b": "x"}, id="values by name"
            ),
            pytest.param("SELECT 7 %% %s, 'it''s %%s'", (4,), id="a percent sign"),
            pytest.param(
                "SELECT %s::int[], %s::text", ([1, 2], None), id="a list and a value not known"
            ),
            pytest.param("SELECT '{\"a\": 1}'::jsonb, now(), 1.50::numeric", (), id="kinds"),
            pytest.param("SELECT 1 WHERE false", (), id="no row"),
        ],
    )
    def test_reads_what_djangos_cursor_reads(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any]
    ) -> None:
        assert ask(sql, parameters) == as_django_asks(sql, parameters)

    def test_makes_no_cursor_of_djangos(self) -> None:
        connection.ensure_connection()
        with mock.patch.object(connection, "cursor") as cursor:
            assert ask("SELECT %s::int", [1]) == ask("SELECT %s::int", [1]) == [(1,)]
        assert not cursor.called

    def test_is_counted_where_statements_are(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            ask(COUNT)
            tell(ADD, ["orders", 1])
        assert [query["sql"][:6] for query in queries] == ["SELECT", "INSERT"]

    def test_is_heard_by_who_wraps_statements(self) -> None:
        heard = []

        def listen(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
            heard.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(listen):
            ask(COUNT)
        assert heard == [COUNT]

    def test_is_of_the_open_transaction(self) -> None:
        with transaction.atomic():
            tell(ADD, ["orders", 1])
            assert ask(COUNT) == [(1,)]
            transaction.set_rollback(True)
        assert ask(COUNT) == [(0,)]

    def test_refuses_in_a_broken_transaction(self) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(TransactionManagementError):
                ask(COUNT)

    def test_raises_what_djangos_cursor_raises(self) -> None:
        tell(ADD, ["orders", 1])
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            tell(ADD, ["orders", 1])
        assert sqlstate(refusal.value) == "23505"
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(f"{ADD} RETURNING last", ["orders", 1])
        assert ask(COUNT) == [(1,)]


class TestTell:
    def test_says_how_many_rows_changed(self) -> None:
        assert tell(ADD, ["orders", 1]) == 1
        assert tell("UPDATE core_numbersequence SET last = 2 WHERE name = %s", ["nobody"]) == 0
        assert NumberSequence.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
class TestConnections:
    def test_are_opened_where_there_is_none(self) -> None:
        connection.close()
        assert ask("SELECT 1") == [(1,)]
        assert connection.connection

    def test_that_went_away_are_an_error_of_djangos_and_then_others(self) -> None:
        ((session,),) = ask("SELECT pg_backend_pid()")
        _end(session)
        with pytest.raises(OperationalError):
            ask("SELECT 1")
        connection.close_if_unusable_or_obsolete()
        assert ask("SELECT pg_backend_pid()") != [(session,)]

    def test_are_looked_at_once_when_a_request_begins(self) -> None:
        """One that died between two requests is another by the next statement."""
        ((session,),) = ask("SELECT pg_backend_pid()")
        _end(session)
        with mock.patch.multiple(connection, health_check_enabled=True, health_check_done=False):
            assert ask("SELECT pg_backend_pid()") != [(session,)]


def _end(session: int) -> None:
    with psycopg.connect(**_address()) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [session])


def _address() -> dict[str, Any]:
    wanted = {"host", "port", "user", "dbname"}
    parameters = connection.get_connection_params()
    return {name: value for name, value in parameters.items() if name in wanted}

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from core.errors import TryAgain
from core.models import NumberSequence
from core.transactions import (
    ATTEMPTS,
    NoTransaction,
    answer_when_on_disk,
    opens_transaction,
    requires_transaction,
    sqlstate,
)
from tests.concurrency.races import race
from tests.core.disks import watch_the_disk

pytestmark = pytest.mark.django_db(transaction=True)


def raise_in_the_database(state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")


class TestRequiresTransaction:
    def test_refuses_to_run_alone(self) -> None:
        @requires_transaction
        def write() -> str:
            return "written"

        with pytest.raises(NoTransaction, match="write needs a transaction"):
            write()
        with transaction.atomic():
            assert write() == "written"


class TestOpensTransaction:
    @pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
    def test_runs_the_whole_function_again_when_the_database_asks(self, state: str) -> None:
        tries: list[int] = []

        @opens_transaction
        def write() -> int:
            tries.append(1)
            NumberSequence.objects.create(name=f"try {len(tries)}")
            if len(tries) < 3:
                raise_in_the_database(state)
            return len(tries)

        assert write() == 3
        assert [row.name for row in NumberSequence.objects.all()] == ["try 3"]

    def test_gives_up_in_words_a_person_can_read(self) -> None:
        tries: list[int] = []

        @opens_transaction
        def write() -> None:
            tries.append(1)
            raise_in_the_database("40001")

        with pytest.raises(TryAgain, match="busy"):
            write()
        assert len(tries) == ATTEMPTS

    def test_repeats_nothing_inside_somebody_elses_transaction(self) -> None:
        tries: list[int] = []

        @opens_transaction
        def write() -> None:
            tries.append(1)
            raise_in_the_database("40P01")

        with pytest.raises(OperationalError), transaction.atomic():
            write()
        assert len(tries) == 1

    def test_lets_other_failures_pass(self) -> None:
        @opens_transaction
        def write() -> None:
            raise_in_the_database("57014")

        with pytest.raises(OperationalError) as failure:
            write()
        assert sqlstate(failure.value) == "57014"


class TestDeadlock:
    def lock_crosswise(self, write: object) -> list[bool]:
        """Two writers take the same two rows in opposite order, both holding their first."""
        for name in "ab":
            NumberSequence.objects.create(name=name)
        both_hold_one = threading.Barrier(2, timeout=30)
        finishes = race([lambda: write("ab", both_hold_one), lambda: write("ba", both_hold_one)])  # type: ignore[operator]
        return [finish.won for finish in finishes]

    @staticmethod
    def count_up(order: str, both_hold_one: threading.Barrier, met: set[str]) -> None:
        for name in order:
            row = NumberSequence.objects.select_for_update().get(name=name)
            NumberSequence.objects.filter(pk=name).update(last=row.last + 1)
            if order not in met:
                met.add(order)
                both_hold_one.wait()

    def test_is_survived_by_both(self) -> None:
        met: set[str] = set()

        @opens_transaction
        def write(order: str, barrier: threading.Barrier) -> None:
            self.count_up(order, barrier, met)

        assert self.lock_crosswise(write) == [True, True]
        assert list(NumberSequence.objects.values_list("last", flat=True)) == [2, 2]

    def test_costs_one_of_them_its_work_without_the_retry(self) -> None:
        """The control: the same two writers in plain transactions."""
        met: set[str] = set()

        def write(order: str, barrier: threading.Barrier) -> None:
            with transaction.atomic():
                self.count_up(order, barrier, met)

        assert sorted(self.lock_crosswise(write)) == [False, True]


class TestAnswerWhenOnDisk:
    """A transaction that lets go of its rows before its log is on disk, as it was told to."""

    @pytest.fixture(autouse=True)
    def _durably(self) -> Iterator[None]:
        """The servers of the tests wait for no disk unless a session wants to."""
        ask("SET synchronous_commit = on")
        yield
        connection.close()

    @pytest.mark.parametrize("waits", [True, False])
    def test_answers_when_the_log_is_there(self, waits: bool) -> None:
        with transaction.atomic():
            ask("SET LOCAL synchronous_commit = off")
            if waits:
                answer_when_on_disk()
            NumberSequence.objects.bulk_create(
                NumberSequence(name=f"row {number}") for number in range(1_000)
            )
            written = ask("SELECT pg_current_wal_insert_lsn() - '0/0'")
        on_disk = ask("SELECT pg_current_wal_flush_lsn() - '0/0'")
        assert (on_disk >= written) is waits

    def test_goes_before_all_that_follows_the_commit_and_once(self) -> None:
        followed: list[int] = []
        with watch_the_disk() as waits, transaction.atomic():
            transaction.on_commit(lambda: followed.append(waits.call_count))
            answer_when_on_disk()
            with transaction.atomic():
                answer_when_on_disk()
            assert not waits.called
        assert followed == [1]
        assert waits.call_count == 1

    def test_is_forgotten_with_the_savepoint_that_asked_for_it(self) -> None:
        with watch_the_disk() as waits, transaction.atomic():
            with contextlib.suppress(ZeroDivisionError), transaction.atomic():
                ask("SET LOCAL synchronous_commit = off")
                answer_when_on_disk()
                raise ZeroDivisionError
            assert ask("SELECT current_setting('synchronous_commit')") == "on"
        assert not waits.called

    def test_waits_at_once_outside_of_a_transaction(self) -> None:
        with watch_the_disk() as waits:
            answer_when_on_disk()
            assert waits.call_count == 1

    def test_says_so_where_the_server_does_not_come_back(self) -> None:
        with pytest.raises(OperationalError, match="closed the connection"):
            lose_the_connection_after_commit()


@transaction.atomic
def lose_the_connection_after_commit() -> None:
    """Another session ends ours between the commit and the wait for the disk."""
    ours = ask("SELECT pg_backend_pid()")

    def kill() -> None:
        other = connection.copy()
        with contextlib.closing(other), other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])

    transaction.on_commit(kill)
    answer_when_on_disk()
    wait, *others = connection.run_on_commit
    connection.run_on_commit = [*others, wait]


def ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None

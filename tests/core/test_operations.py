from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core import events, operations
from core.actors import Actor
from core.errors import DomainError, OperationReused
from core.events import record
from core.models import Event, Partner
from core.operations import operation
from tests.concurrency.races import race

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(code="house", name="House", is_house=True)


@operation("test.rename")
def rename(*, partner_id: int, name: str, actor: Actor, op_id: UUID, now: dt.datetime) -> Partner:
    partner = Partner.objects.select_for_update().get(pk=partner_id)
    partner.name = name
    partner.save()
    record(
        kind="partner.renamed",
        partner_id=partner.pk,
        subject=events.reference(partner),
        actor=actor,
        op_id=op_id,
        now=now,
    )
    return partner


@operation("test.rename_partner", formerly="test.rename")
def called_anew(
    *, partner_id: int, name: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Partner:
    raise AssertionError("It was carried out before it had this name.")


@operation("test.rename_otherwise")
def called_otherwise(
    *, partner_id: int, name: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Partner:
    raise AssertionError("Its id was used for something else.")


class TestOperation:
    def test_is_carried_out_once_however_often_it_is_sent(self, partner: Partner) -> None:
        op_id = uuid4()
        first = rename(partner_id=partner.pk, name="A", actor=DESK, op_id=op_id, now=NOW)
        again = rename(partner_id=partner.pk, name="A", actor=DESK, op_id=op_id, now=NOW)
        assert first == again
        assert Event.objects.count() == 1

    def test_refuses_one_id_for_two_things(self, partner: Partner) -> None:
        op_id = uuid4()
        rename(partner_id=partner.pk, name="A", actor=DESK, op_id=op_id, now=NOW)
        with pytest.raises(OperationReused):
            rename(partner_id=partner.pk, name="B", actor=DESK, op_id=op_id, now=NOW)

    def test_knows_what_was_carried_out_under_its_name_of_before(self, partner: Partner) -> None:
        op_id = uuid4()
        sent: Any = {
            "partner_id": partner.pk,
            "name": "A",
            "actor": DESK,
            "op_id": op_id,
            "now": NOW,
        }
        assert rename(**sent) == called_anew(**sent)
        assert Event.objects.count() == 1
        with pytest.raises(OperationReused):
            called_otherwise(**sent)


class TestEvents:
    def test_count_per_subject(self, partner: Partner) -> None:
        for name in "ABC":
            rename(partner_id=partner.pk, name=name, actor=DESK, op_id=uuid4(), now=NOW)
        assert list(Event.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3]

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE core_event SET kind = 'x'",
            "DELETE FROM core_event",
            "TRUNCATE core_event CASCADE",
        ],
    )
    def test_cannot_be_changed_even_by_direct_sql(self, partner: Partner, sql: str) -> None:
        rename(partner_id=partner.pk, name="A", actor=DESK, op_id=uuid4(), now=NOW)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                cursor.execute(sql)


class TestRefusal:
    def test_leaves_the_id_free_for_another_try(self, partner: Partner) -> None:
        op_id = uuid4()
        refusals = [DomainError("not yet")]

        @operation("test.refused_once")
        def write(*, actor: Actor, op_id: UUID, now: dt.datetime) -> str:
            if refusals:
                raise refusals.pop()
            return "done"

        with pytest.raises(DomainError):
            write(actor=DESK, op_id=op_id, now=NOW)
        assert write(actor=DESK, op_id=op_id, now=NOW) == "done"
        assert write(actor=DESK, op_id=op_id, now=NOW) == "done"


@pytest.mark.django_db(transaction=True)
class TestTwins:
    def press_twice(self, partner: Partner) -> list[bool]:
        op_id = uuid4()
        press = partial(rename, partner_id=partner.pk, name="A", actor=DESK, op_id=op_id, now=NOW)
        return [finish.won for finish in race([press] * 8)]

    def test_sent_at_the_same_time_are_carried_out_once(self, partner: Partner) -> None:
        for pressed in range(1, 6):
            assert all(self.press_twice(partner))
            assert Event.objects.count() == pressed

    def test_would_be_carried_out_each_without_the_operations_row(
        self, partner: Partner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: nobody remembers the id."""
        monkeypatch.setattr(operations, "_begin", lambda *_: True)
        monkeypatch.setattr(operations, "_end", lambda *_: None)
        assert all(self.press_twice(partner))
        assert Event.objects.count() == 8

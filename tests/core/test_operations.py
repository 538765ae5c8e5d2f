from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core import deliveries, events
from core.actors import Actor
from core.errors import OperationReused
from core.events import record
from core.models import Event, EventDelivery, InboxEntry, Partner
from core.operations import operation

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


class TestCouriers:
    def test_deliver_each_event_once(self, partner: Partner) -> None:
        heard: list[int] = []

        def hear(*, event: Event, now: dt.datetime) -> None:
            heard.append(event.pk)

        events.subscribe("test.listener", "partner.*", handler=hear)
        try:
            rename(partner_id=partner.pk, name="A", actor=DESK, op_id=uuid4(), now=NOW)
            assert deliveries.deliver_due() == 1
            with connection.cursor() as cursor:
                cursor.execute("UPDATE core_eventdelivery SET state = 'pending'")
            deliveries.deliver_due()
        finally:
            events.unsubscribe("test.listener")
        assert len(heard) == 1
        assert InboxEntry.objects.count() == 1

    def test_keep_what_a_handler_could_not_do(self, partner: Partner) -> None:
        def fail(*, event: Event, now: dt.datetime) -> None:
            raise ValueError("no")

        events.subscribe("test.failing", "partner.*", handler=fail)
        try:
            rename(partner_id=partner.pk, name="A", actor=DESK, op_id=uuid4(), now=NOW)
            assert deliveries.deliver_due() == 0
        finally:
            events.unsubscribe("test.failing")
        row = EventDelivery.objects.get()
        assert (row.state, row.attempts, row.last_error) == ("pending", 1, "ValueError: no")
        assert not InboxEntry.objects.exists()

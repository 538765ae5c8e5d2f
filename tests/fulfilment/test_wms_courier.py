"""Messages on their way: in order, at least once, signed; a warehouse that is down is let rest."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from core import clock, documents, signatures
from core.actors import Actor
from core.deliveries import deliver_due
from core.models import Event, Membership, User
from core.roles import Role
from fulfilment import courier, locks, services
from fulfilment.adapters import generic
from fulfilment.courier import GIVE_UP_AFTER, MOST_REFUSALS
from fulfilment.models import Warehouse, WarehouseMessage
from notifications.models import Message
from orders.models import OrderAddress
from tests.factories.cases import bring_back
from tests.factories.people import make_user
from tests.factories.stock import make_location
from tests.factories.swaps import NOW, Swap, make_swap, open_exchange
from tests.factories.warehouses import SECRET, list_told, make_warehouse
from tests.post_office import LetterBox, listening

ACTOR = Actor.system("test")
A_WHILE = dt.timedelta(minutes=20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: LazySettings) -> Iterator[LetterBox]:
    settings.OUTGOING_TO_LOOPBACK = True
    with listening() as box:
        yield box


@pytest.fixture
def swap() -> Swap:
    return make_swap(available=5)


@pytest.fixture
def warehouse(swap: Swap, box: LetterBox) -> Warehouse:
    return make_warehouse(swap.place, url=box.url)


@pytest.fixture
def told(swap: Swap, warehouse: Warehouse) -> list[WarehouseMessage]:
    """A parcel to expect, a hold: two messages that wait."""
    open_exchange(swap)
    told = list_told(warehouse)
    assert [message.state for message in told] == ["queued"] * len(told)
    return told


def states(warehouse: Warehouse) -> list[str]:
    return [message.state for message in list_told(warehouse)]


def later(by: dt.timedelta = A_WHILE) -> None:
    clock.shift_database_clock(by)


class TestSend:
    def test_hands_messages_over_in_their_order(
        self, box: LetterBox, told: list[WarehouseMessage]
    ) -> None:
        assert courier.send_due(now=NOW) == len(told)
        assert box.sequences() == [1, 2, 3][: len(told)]
        assert [body["after"] for body in box.bodies] == [0, 1, 2][: len(told)]

    def test_signs_with_every_live_secret(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        services.add_secret(warehouse=warehouse, secret="next", actor=ACTOR, op_id=uuid4(), now=NOW)
        courier.send_due(now=NOW)
        headers, body = box.got[0]
        for secret in (SECRET.encode(), b"next"):
            assert signatures.verify(headers, body, secrets=[secret], now=clock.now())

    def test_goes_again_under_the_same_id_when_the_answer_was_lost(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        box.answers = [None]
        courier.send_due(now=NOW)
        assert states(warehouse)[0] == "queued"
        later()
        courier.send_due(now=NOW)
        first, second = box.bodies[:2]
        assert first == second
        assert set(states(warehouse)) == {"sent"}

    def test_reads_the_address_when_it_leaves_and_keeps_none(
        self, box: LetterBox, swap: Swap, warehouse: Warehouse
    ) -> None:
        bring_back(open_exchange(swap).return_case)
        list_told(warehouse)
        OrderAddress.objects.update(name="Zoë Ñandú", line1="Nikolaistr. 3")
        courier.send_due(now=NOW)
        [sent] = [body for body in box.bodies if body["kind"] == "ship"]
        assert sent["data"]["ship_to"]["name"] == "Zoë Ñandú"
        kept = json.dumps(list(WarehouseMessage.objects.values_list("body", flat=True)))
        assert "Nikolaistr" not in kept


class TestWarehouseThatIsDown:
    def test_is_asked_with_one_message_and_then_let_rest(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        box.answers = [503] * 10
        courier.send_due(now=NOW)
        courier.send_due(now=NOW)
        warehouse.refresh_from_db()
        assert (len(box.got), warehouse.failures) == (1, 1)
        assert warehouse.last_error == "Answered with 503."

    def test_gets_all_of_it_in_order_when_it_is_back(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        box.answers = [503, 503]
        for hours in range(3):
            later(hours * A_WHILE)
            courier.send_due(now=NOW)
        warehouse.refresh_from_db()
        assert set(states(warehouse)) == {"sent"}
        assert (warehouse.failures, warehouse.resting_until, warehouse.last_error) == (0, None, "")

    def test_costs_another_one_nothing(
        self, box: LetterBox, swap: Swap, told: list[WarehouseMessage]
    ) -> None:
        Warehouse.objects.update(url="http://127.0.0.1:9/")
        other = make_warehouse(make_location("WRO"), url=box.url)
        WarehouseMessage.objects.filter(sequence=2).update(warehouse=other, sequence=1)
        courier.send_due(now=NOW)
        assert [body["warehouse"] for body in box.bodies] == [other.public_id]

    def test_loses_a_message_only_after_days(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        box.answers = [503] * 10
        for hours in range(5):
            later(hours * A_WHILE)
            courier.send_due(now=NOW)
        assert set(states(warehouse)) == {"queued"}
        later(6 * A_WHILE)
        courier.send_due(now=NOW + GIVE_UP_AFTER + A_WHILE)
        assert states(warehouse)[0] == "dead"

    def test_is_sent_nothing_while_it_is_paused(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        who: dict[str, Any] = {"warehouse_id": warehouse.pk, "actor": ACTOR, "now": NOW}
        services.pause_warehouse(**who, op_id=uuid4())
        assert courier.send_due(now=NOW) == 0
        services.resume_warehouse(**who, op_id=uuid4())
        assert courier.send_due(now=NOW) == len(told)

    def test_without_a_secret_is_sent_nothing_unsigned(self, box: LetterBox, swap: Swap) -> None:
        make_warehouse(swap.place, url=box.url, secret="")
        open_exchange(swap)
        list_told(Warehouse.objects.get())
        courier.send_due(now=NOW)
        assert box.got == []


class TestMessageThatIsRefused:
    @pytest.fixture
    def dead(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> WarehouseMessage:
        box.answers = [422] * MOST_REFUSALS
        for hours in range(MOST_REFUSALS):
            later(hours * A_WHILE)
            courier.send_due(now=NOW)
        return list_told(warehouse)[0]

    def test_is_given_up_and_those_behind_it_go_on(
        self, box: LetterBox, warehouse: Warehouse, dead: WarehouseMessage
    ) -> None:
        assert states(warehouse)[:2] == ["dead", "sent"]
        assert box.bodies[MOST_REFUSALS]["after"] == 0
        assert Event.objects.filter(kind="warehouse.message_dead").count() == 1

    @pytest.fixture
    def staff(self, swap: Swap) -> list[User]:
        lead, both = make_user(role=Role.LEAD), make_user(role=Role.LEAD)
        Membership.objects.create(user=both, partner=swap.order.partner, role=Role.ADMIN)
        make_user(role=Role.AGENT)
        return [lead, both]

    @pytest.mark.causes("warehouse_dead")
    def test_is_told_to_leads_and_admins_once(
        self, staff: list[User], dead: WarehouseMessage
    ) -> None:
        deliver_due(now=NOW)
        letters = Message.objects.filter(template="warehouse_dead")
        assert sorted(letter.person for letter in letters) == sorted(
            f"user:{person.pk}" for person in staff
        )
        words = json.loads(documents.read(letters[0].content))
        assert dead.warehouse.location.code in words["subject"]

    def test_goes_once_more_when_a_person_asks(
        self, box: LetterBox, warehouse: Warehouse, dead: WarehouseMessage
    ) -> None:
        services.resend_message(message_id=dead.pk, actor=ACTOR, op_id=uuid4(), now=NOW)
        courier.send_due(now=NOW)
        assert set(states(warehouse)) == {"sent"}
        assert box.sequences()[-1] == dead.sequence


class TestLease:
    def test_fences_off_a_courier_that_comes_back_from_the_dead(
        self, box: LetterBox, warehouse: Warehouse, told: list[WarehouseMessage]
    ) -> None:
        [zombie] = locks.claim_messages(batch=1)
        later()
        courier.send_due(now=NOW)
        assert not courier._mark_sent(zombie, now=NOW + A_WHILE)
        assert list_told(warehouse)[0].sent_at == NOW

    def test_keeps_the_next_message_until_the_one_before_is_settled(
        self, told: list[WarehouseMessage]
    ) -> None:
        assert len(locks.claim_messages(batch=10)) == 1
        assert locks.claim_messages(batch=10) == []


class TestControl:
    def test_a_courier_without_the_order_overtakes_a_lost_answer(
        self, box: LetterBox, told: list[WarehouseMessage]
    ) -> None:
        """What the claim prevents: each message on its own, the first one unlucky."""
        box.answers = [503]
        for message in told:
            try:
                generic.send(
                    warehouse=message.warehouse,
                    message_id=message.public_id,
                    body=courier.write_body(message),
                )
            except Exception:  # noqa: BLE001 - it is tried again below
                unlucky = message
        generic.send(
            warehouse=unlucky.warehouse,
            message_id=unlucky.public_id,
            body=courier.write_body(unlucky),
        )
        taken = box.sequences()[1:]
        assert taken != sorted(taken)

"""Which message a warehouse is told of which event: one each, in order, with the shelf in it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core import deliveries
from core.actors import Actor
from core.errors import BadInput
from core.models import Event
from exchanges.services import confirm_delivery, convert_to_refund, ship_replacement
from fulfilment import services
from fulfilment.models import Warehouse, WarehouseMessage
from inventory import services as inventory
from inventory.models import Bin, Reservation
from inventory.rules import Wanted
from returns.models import Return
from tests.factories.cases import bring_back
from tests.factories.stock import make_location, make_stock
from tests.factories.swaps import NOW, Swap, act_on, let_the_hold_end, make_swap, open_exchange
from tests.factories.warehouses import list_told, make_warehouse

ACTOR = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def swap() -> Swap:
    swap = make_swap()
    shelf = Bin.objects.create(partner=swap.place.partner, location=swap.place, code="A-07-3")
    swap.stock.bin = shelf
    swap.stock.save()
    return swap


@pytest.fixture
def warehouse(swap: Swap) -> Warehouse:
    return make_warehouse(swap.place)


def kinds(warehouse: Warehouse) -> list[str]:
    return [message.kind for message in list_told(warehouse)]


class TestHold:
    def test_names_the_shelf_so_that_nobody_scans_twice(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        open_exchange(swap)
        hold = Reservation.objects.get()
        [told] = [one for one in list_told(warehouse) if one.kind == "hold"]
        assert told.subject == f"reservation:{hold.pk}"
        assert told.body["hold"] == hold.number
        assert {key: told.body[key] for key in ("sku", "quantity", "bin", "lot")} == {
            "sku": swap.red.sku,
            "quantity": 1,
            "bin": "A-07-3",
            "lot": "",
        }

    def test_is_told_of_by_one_message_per_event(self, swap: Swap, warehouse: Warehouse) -> None:
        open_exchange(swap)
        before = list_told(warehouse)
        for event in Event.objects.order_by("pk"):
            if event.kind.startswith("reservation."):
                services.tell_of_hold(event=event, actor=ACTOR, now=NOW)
        assert list_told(warehouse) == before

    def test_ends_with_one_release_when_the_customer_wants_money(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        """S21: the WMS gets one unhold message."""
        exchange = open_exchange(swap)
        convert_to_refund(**act_on(exchange, reason="Would rather have the money."))
        told = list_told(warehouse)
        releases = [message for message in told if message.kind == "release"]
        assert [message.body["cause"] for message in releases] == ["converted_to_refund"]
        assert "cancel" not in kinds(warehouse)

    def test_that_was_parted_is_told_with_both_its_parts(self) -> None:
        swap = make_swap(available=3)
        warehouse = make_warehouse(swap.place)
        hold(swap, location=swap.place.pk, reference="exchangeline:1", quantity=3)
        inventory.commit(
            references=["exchangeline:1"], quantities={"exchangeline:1": 2}, actor=ACTOR, now=NOW
        )
        standing: dict[str, int] = {}
        for message in list_told(warehouse):
            standing[message.body["hold"]] = message.body["quantity"]
        assert sorted(standing.values()) == [1, 2]

    def test_that_expired_is_released(self, swap: Swap, warehouse: Warehouse) -> None:
        let_the_hold_end(open_exchange(swap))
        assert list_told(warehouse)[-1].body["cause"] == "expired"

    def test_at_a_place_without_a_warehouse_is_nobodys_news(self, swap: Swap) -> None:
        open_exchange(swap)
        deliveries.deliver_due(now=NOW)
        assert not WarehouseMessage.objects.exists()


class TestShipment:
    def test_says_what_leaves_from_where_and_keeps_no_address(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        told = [message for message in list_told(warehouse) if message.kind == "ship"]
        [line] = told[0].body["lines"]
        assert (line["sku"], line["quantity"], line["bin"]) == (swap.red.sku, 1, "A-07-3")
        assert line["hold"] == Reservation.objects.get().number
        assert told[0].body["ship_to"] == f"orderaddress:{swap.order.ship_to_id}"

    def test_that_has_left_ends_its_hold_as_shipped(self, swap: Swap, warehouse: Warehouse) -> None:
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due(now=NOW)
        ship_replacement(**act_on(exchange, carrier="DHL", tracking_number="1"))
        confirm_delivery(**act_on(exchange))
        assert list_told(warehouse)[-1].body["cause"] == "shipped"

    def test_that_was_never_told_of_is_not_cancelled(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        exchange = open_exchange(swap)
        convert_to_refund(**act_on(exchange, reason="Money, please."))
        assert WarehouseMessage.objects.filter(kind="cancel").count() == 0


class TestParcel:
    def test_is_expected_with_what_is_in_it(self, swap: Swap, warehouse: Warehouse) -> None:
        open_exchange(swap)
        [told] = [message for message in list_told(warehouse) if message.kind == "expect"]
        assert told.body["rma"] == Return.objects.get().number
        assert told.body["lines"] == [{"sku": swap.blue.sku, "quantity": 1}]


class TestOpenWarehouse:
    def test_brings_it_up_to_date_with_what_stands(self, swap: Swap) -> None:
        open_exchange(swap)
        deliveries.deliver_due(now=NOW)
        assert sorted(kinds(make_warehouse(swap.place))) == ["expect", "hold"]

    def test_tells_a_hold_that_was_kept_as_a_new_one(self, swap: Swap) -> None:
        exchange = open_exchange(swap)
        bring_back(exchange.return_case)
        deliveries.deliver_due(now=NOW)
        told = list_told(make_warehouse(swap.place))
        assert sorted(message.kind for message in told) == ["hold", "ship"]
        assert next(m for m in told if m.kind == "hold").body["expires_at"] is None

    def test_is_told_once_of_what_was_on_its_way_to_it(self, swap: Swap) -> None:
        open_exchange(swap)
        assert kinds(make_warehouse(swap.place)).count("hold") == 1

    def test_refuses_a_second_one_and_an_adapter_nobody_wrote(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        with pytest.raises(BadInput, match="has a warehouse already"):
            make_warehouse(swap.place)
        with pytest.raises(BadInput, match="no adapter"):
            make_warehouse(make_location("WRO"), adapter="carrier-pigeon")


class TestSequence:
    def test_rises_by_one_per_warehouse(self, swap: Swap, warehouse: Warehouse) -> None:
        other = make_location("WRO")
        make_stock(swap.red, other, 3)
        second = make_warehouse(other)
        hold(swap, location=swap.place.pk, reference="exchangeline:1")
        hold(swap, location=other.pk, reference="exchangeline:2")
        hold(swap, location=other.pk, reference="exchangeline:3")
        assert [message.sequence for message in list_told(warehouse)] == [1]
        assert [message.sequence for message in list_told(second)] == [1, 2]

    def test_is_the_same_message_again_when_sent_by_hand(
        self, swap: Swap, warehouse: Warehouse
    ) -> None:
        hold(swap, location=swap.place.pk, reference="exchangeline:1")
        [message] = list_told(warehouse)
        message.give_up()
        message.save()
        again = services.resend_message(message_id=message.pk, actor=ACTOR, op_id=uuid4(), now=NOW)
        assert (again.public_id, again.sequence, again.state) == (message.public_id, 1, "queued")


def hold(swap: Swap, *, location: int, reference: str, quantity: int = 1) -> None:
    wanted: dict[str, Any] = {"variant_id": swap.red.pk, "location_id": location}
    inventory.reserve(
        partner_id=swap.order.partner_id,
        case="return:5",
        wanted=[Wanted(reference=reference, quantity=quantity, **wanted)],
        destination=None,
        hold_for=dt.timedelta(days=1),
        actor=ACTOR,
        now=NOW,
    )

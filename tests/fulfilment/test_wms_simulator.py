"""The desk and its warehouse, two processes on the wire, and everything that goes wrong between.

Whatever happens to messages and reports on their way, both sides end up as if nothing had; and
nothing is done twice. A warehouse that forgets what it has done shows what that would look like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from core import clock, laws
from exchanges.models import Exchange
from fulfilment import courier, settling, tasks
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseMessage, WarehouseReport
from inventory.models import Discrepancy, StockLevel
from tests.factories.cases import bring_back
from tests.factories.swaps import NOW, Swap, make_swap, open_exchange
from tests.factories.warehouses import SECRET, list_told, make_warehouse
from tests.fulfilment.simulated import Simulated, simulating

A_MINUTE = 70.0  # seconds in which the warehouse picks, and as many in which it ships

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's rounds are made by hand here."""
    monkeypatch.setattr(tasks.settle_reports, "delay", lambda: None)


@pytest.fixture
def simulated(live_server: Any, tmp_path: Path, settings: LazySettings) -> Iterator[Simulated]:
    with simulating(folder=tmp_path, desk=live_server.url, secret=SECRET) as simulated:
        settings.OUTGOING_TO_LOOPBACK = True
        settings.WAREHOUSE_SIMULATOR_URL = simulated.url
        yield simulated


@pytest.fixture
def swap() -> Swap:
    return make_swap(available=5)


@pytest.fixture
def warehouse(swap: Swap, simulated: Simulated) -> Iterator[Warehouse]:
    yield make_warehouse(swap.place, adapter="simulator", url="")
    clock.shift_database_clock(dt.timedelta(0))


class Days:
    """Time passes for both: rounds of the worker here, of the floor there."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated, self.rounds = simulated, 0

    def pass_by(self, rounds: int = 6, *, ahead: float = A_MINUTE) -> None:
        for _ in range(rounds):
            self.rounds += 1
            clock.shift_database_clock(dt.timedelta(minutes=20 * self.rounds))
            list_told(Warehouse.objects.get())
            courier.send_due(now=NOW)
            self.simulated.tick(ahead=ahead)
            settling.settle_due(now=NOW)


@pytest.fixture
def days(simulated: Simulated, warehouse: Warehouse) -> Days:
    return Days(simulated)


def outcome(swap: Swap) -> dict[str, Any]:
    """What matters in the end, on the desk's side."""
    level = StockLevel.objects.get(pk=swap.stock.pk)
    return {
        "exchange": Exchange.objects.get().state,
        "shipment": Shipment.objects.get().state,
        "red": (level.available, level.held),
        "messages": set(WarehouseMessage.objects.values_list("state", flat=True)),
        "reports": set(WarehouseReport.objects.values_list("state", flat=True)),
    }


WELL = {
    "exchange": "completed",
    "shipment": "delivered",
    "red": (4, 0),
    "messages": {"acknowledged"},
    "reports": {"applied"},
}
ONCE = {"ship": 1, "picked": 1, "shipped": 1, "delivered": 1}


def count_acts(simulated: Simulated) -> dict[str, int]:
    acts = simulated.acts(*ONCE)
    return {kind: acts.count(kind) for kind in ONCE}


def tell_the_story(swap: Swap, days: Days) -> None:
    """S1 with a warehouse: the blue shirt comes back, the red one leaves and arrives."""
    days.simulated.behave(deliver_after=30)
    exchange = open_exchange(swap)
    days.pass_by(2)
    bring_back(exchange.return_case)
    let_it_be_released_now()
    days.pass_by(8)


def let_it_be_released_now() -> None:
    """The tests' present is not the simulator's: it leaves an old backlog alone."""
    list_told(Warehouse.objects.get())
    for message in WarehouseMessage.objects.filter(kind="ship", state="queued"):
        message.body["released_at"] = clock.now().isoformat()
        message.save()


class TestWellBehaved:
    def test_ships_what_it_is_told_to(self, swap: Swap, days: Days) -> None:
        tell_the_story(swap, days)
        assert outcome(swap) == WELL
        assert count_acts(days.simulated) == ONCE
        broken = [law.invariant for law in laws.check_laws() if law.ok is False]
        assert [law for law in broken if "warehouse" in law] == []

    def test_knows_where_the_held_goods_lie(self, swap: Swap, days: Days) -> None:
        open_exchange(swap)
        days.pass_by(1)
        [hold] = days.simulated.state()["hold"]
        assert (hold["sku"], hold["quantity"], hold["state"]) == (swap.red.sku, 1, "held")

    def test_leaves_alone_what_was_released_long_ago(self, swap: Swap, days: Days) -> None:
        """A story of the demo is not told to its end by itself."""
        bring_back(open_exchange(swap).return_case)
        days.pass_by(4)
        assert Shipment.objects.get().state == "released"
        days.simulated.act("ship", id=Shipment.objects.get().public_id)
        days.pass_by(2, ahead=0)
        assert Shipment.objects.get().state == "shipped"


MISBEHAVIOUR: dict[str, Callable[[Simulated], None]] = {
    "repeats its reports": lambda it: it.behave(repeat=1),
    "sends reports in any order": lambda it: it.behave(reorder=1),
    "repeats and reorders": lambda it: it.behave(repeat=1, reorder=1, seed=5),
    "drops answers before acting": lambda it: it.behave(hang_up_before=3),
    "drops answers after acting": lambda it: it.behave(hang_up_after=3),
    "drops both": lambda it: it.behave(hang_up_before=2, hang_up_after=2),
}


class TestMisbehaved:
    @pytest.mark.parametrize("how", MISBEHAVIOUR)
    def test_comes_to_the_same_and_does_nothing_twice(
        self, swap: Swap, days: Days, how: str
    ) -> None:
        MISBEHAVIOUR[how](days.simulated)
        tell_the_story(swap, days)
        days.pass_by(4)
        assert outcome(swap) == WELL
        assert count_acts(days.simulated) == ONCE

    def test_is_up_to_date_soon_after_it_was_down(self, swap: Swap, days: Days) -> None:
        days.simulated.behave(down=1)
        open_exchange(swap)
        days.pass_by(3)
        assert set(WarehouseMessage.objects.values_list("state", flat=True)) == {"queued"}
        days.simulated.behave(down=0)
        days.pass_by(2)
        assert set(WarehouseMessage.objects.values_list("state", flat=True)) == {"acknowledged"}

    def test_goes_on_where_it_was_when_it_is_killed(self, swap: Swap, days: Days) -> None:
        open_exchange(swap)
        days.pass_by(1)
        days.simulated.kill()
        days.simulated.start()
        acted = days.simulated.acts()
        days.pass_by(2)
        assert days.simulated.acts() == acted
        assert len(days.simulated.state()["hold"]) == 1


class TestControl:
    def test_a_warehouse_that_forgets_ships_twice(self, swap: Swap, days: Days) -> None:
        """The same lost answers as above, without the look at the message's id."""
        days.simulated.behave(forgetful=1)
        bring_back(open_exchange(swap).return_case)
        let_it_be_released_now()
        courier.send_due(now=NOW)
        days.simulated.tick(ahead=2 * A_MINUTE)
        message = WarehouseMessage.objects.get(kind="ship")
        WarehouseMessage.objects.filter(pk=message.pk).delete()
        message.pk, message._state.adding = None, True
        message.queue_again()
        message.save()
        courier.send_due(now=NOW)
        days.simulated.tick(ahead=2 * A_MINUTE)
        assert days.simulated.acts("ship", "shipped").count("ship") == 2


class TestByHand:
    def test_counts_and_a_person_decides(self, swap: Swap, days: Days) -> None:
        open_exchange(swap)
        days.pass_by(1)
        days.simulated.act("count", location=swap.place.code, sku=swap.red.sku, quantity=3)
        days.pass_by(1)
        found = Discrepancy.objects.get()
        assert (found.expected, found.counted, found.state) == (5, 3, "open")

    def test_receives_goods_and_parcels(self, swap: Swap, days: Days) -> None:
        open_exchange(swap)
        days.pass_by(1)
        [parcel] = days.simulated.state()["parcel"]
        days.simulated.act("receive_parcel", id=parcel["id"])
        days.simulated.act("receive_goods", location=swap.place.code, sku="X-1", quantity=3)
        days.simulated.act("receive_goods", location=swap.place.code, sku=swap.blue.sku, quantity=3)
        days.pass_by(8)
        assert InboundParcel.objects.get().state == "arrived"
        assert StockLevel.objects.get(variant=swap.blue).available == 3
        assert WarehouseReport.objects.get(state="dead").reason == "No SKU X-1 is known here."

    def test_refuses_what_cannot_be(self, simulated: Simulated) -> None:
        with pytest.raises(AssertionError, match="not known here"):
            simulated.act("pick", id="shp_none")

    def test_lets_no_page_elsewhere_post_here(self, simulated: Simulated) -> None:
        for headers in ({"Origin": "https://elsewhere.example"}, {"Host": "rebound.example"}):
            status, _ = simulated.ask("POST", "/control/behaviour", {"down": 1}, **headers)
            assert (status, simulated.state()["behaviour"]["down"]) == (403, 0)

    def test_shows_a_page_with_all_of_it(self, swap: Swap, days: Days) -> None:
        open_exchange(swap)
        days.pass_by(1)
        status, page = days.simulated.ask("GET", "/")
        assert status == 200
        assert swap.red.sku in page.decode()

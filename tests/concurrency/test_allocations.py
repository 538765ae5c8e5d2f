"""Sales and exchanges over the same last units. Each race has a control that loses it."""

from __future__ import annotations

import datetime as dt
import random
import threading
from functools import partial
from uuid import uuid4

import pytest

from core.actors import Actor
from core.transactions import opens_transaction
from inventory.expiry import expire_due
from inventory.models import Allocation, Reservation, StockLevel
from inventory.services import (
    AllocationEnded,
    AllocationLine,
    NotEnoughStock,
    OutOfStock,
    adjust_stock,
    allocate_stock,
    cancel_allocation,
    post_correction,
    ship_allocation,
)
from inventory.states import AdjustReason
from tests.concurrency.races import Finish, race
from tests.factories.people import make_partner
from tests.factories.stock import (
    make_discrepancy,
    make_hold,
    make_location,
    make_stock,
    make_variant,
)
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")
RACERS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def stock(available: int, *, skus: int = 1) -> list[StockLevel]:
    location = make_location()
    return [make_stock(make_variant(), location, available) for _ in range(skus)]


def sell(reference: str, *levels: StockLevel, quantity: int = 1) -> list[Allocation]:
    """One line per level; without a place of their own, so that the desk chooses it."""
    return allocate_stock(
        partner_id=levels[0].partner_id,
        lines=[
            AllocationLine(f"{reference}.{line}", level.variant_id, quantity)
            for line, level in enumerate(levels)
        ],
        channel="shop",
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


def hold(level: StockLevel) -> Reservation:
    return opens_transaction(make_hold)(level)


def end(reference: str) -> dict[str, object]:
    return {
        "partner_id": make_partner().pk,
        "references": [reference],
        "actor": DESK,
        "op_id": uuid4(),
        "now": NOW,
    }


def cancel(reference: str) -> list[Allocation]:
    return cancel_allocation(**end(reference))  # type: ignore[arg-type]


def ship(reference: str) -> list[Allocation]:
    return ship_allocation(**end(reference))  # type: ignore[arg-type]


def buckets(level: StockLevel) -> tuple[int, int, int]:
    level.refresh_from_db()
    return level.available, level.held, level.allocated


def errors(finishes: list[Finish]) -> set[type]:
    return {type(finish.error) for finish in finishes if finish.error}


class TestTheLastUnits:
    def test_are_sold_or_held_and_never_both(self) -> None:
        (level,) = stock(5)
        sales = [partial(sell, f"sale:{n}", level) for n in range(RACERS)]
        finishes = race([*sales, *[partial(hold, level)] * RACERS])
        assert sum(finish.won for finish in finishes) == 5
        assert errors(finishes) == {OutOfStock}
        available, held, allocated = buckets(level)
        assert (available, held + allocated) == (0, 5)
        assert find_broken_laws() == set()

    def test_are_promised_twice_where_sales_are_booked_on_what_was_read(self) -> None:
        """The control: a channel that looks first and books afterwards."""
        (level,) = stock(1)
        everyone_has_read = threading.Barrier(2, timeout=30)

        def sell_what_was_seen() -> None:
            seen = StockLevel.objects.get(pk=level.pk)
            everyone_has_read.wait()
            everyone_has_read.wait()
            StockLevel.objects.filter(pk=level.pk).update(
                available=seen.available - 1, allocated=seen.allocated + 1
            )

        def hold_meanwhile() -> None:
            everyone_has_read.wait()
            hold(level)
            everyone_has_read.wait()

        finishes = race([sell_what_was_seen, hold_meanwhile])
        assert all(finish.won for finish in finishes)
        assert buckets(level) == (0, 1, 1)
        assert "stock_is_what_its_ledger_adds_up_to" in find_broken_laws()


class TestOneReference:
    def test_is_allocated_once_however_often_it_is_sent_at_once(self) -> None:
        """Twins with ids of their own, as from a channel that repeats itself."""
        (level,) = stock(5)
        finishes = race([partial(sell, "sale:1", level)] * RACERS)
        assert errors(finishes) == set()
        assert {each.pk for finish in finishes for each in finish.value} == {
            Allocation.objects.get().pk
        }
        assert buckets(level) == (4, 0, 1)

    def test_ends_once_whoever_is_first(self) -> None:
        (level,) = stock(1)
        sell("sale:1", level)
        finishes = race([partial(cancel, "sale:1.0"), partial(ship, "sale:1.0")] * 4)
        ended = [each for finish in finishes if finish.won for each in finish.value]
        assert len(ended) == 1
        assert errors(finishes) <= {AllocationEnded}
        assert buckets(level) in ((1, 0, 0), (0, 0, 0))
        assert find_broken_laws() == set()


class TestManyLines:
    def test_never_wait_for_each_other_in_a_circle(self) -> None:
        levels = stock(100, skus=3)

        def sell_often(order: list[StockLevel], racer: int) -> None:
            for turn in range(8):
                sell(f"sale:{racer}-{turn}", *order)

        orders = [levels, levels[::-1]] * 3
        finishes = race([partial(sell_often, order, n) for n, order in enumerate(orders)])
        assert errors(finishes) == set()
        assert {buckets(level) for level in levels} == {(52, 0, 48)}


class TestACorrection:
    def test_races_with_holds_and_sales_without_going_below_nothing(self) -> None:
        """F13: whatever was promised meanwhile, the correction fits or is refused."""
        (level,) = stock(6)
        found = make_discrepancy(level, expected=6, counted=2)

        def post() -> None:
            post_correction(
                discrepancy_id=found.pk,
                reason=AdjustReason.LOST,
                actor=DESK,
                op_id=uuid4(),
                now=NOW,
            )

        sales = [partial(sell, f"sale:{n}", level) for n in range(4)]
        race([post, *sales, *[partial(hold, level)] * 4])
        level.refresh_from_db()
        assert level.on_hand in (2, 6)
        assert find_broken_laws() == set()


class TestARush:
    def test_of_everything_at_once_breaks_no_law(self) -> None:
        levels = stock(20, skus=3)
        finishes = race([partial(rush, levels, racer) for racer in range(5)])
        assert errors(finishes) == set()
        assert find_broken_laws() == set()


def rush(levels: list[StockLevel], seed: int) -> None:
    """Thirty random things a channel, an agent, a warehouse or the clock may do."""
    chance = random.Random(seed)
    mine: list[str] = []
    for turn in range(30):
        try:
            act(levels, mine, f"sale:{seed}-{turn}", chance)
        except (OutOfStock, AllocationEnded, NotEnoughStock):
            continue


def act(levels: list[StockLevel], mine: list[str], reference: str, chance: random.Random) -> None:
    match chance.choice(["sell", "sell", "hold", "cancel", "ship", "count", "sweep"]):
        case "sell":
            wanted = chance.sample(levels, chance.randint(1, 3))
            sold = sell(reference, *wanted, quantity=chance.randint(1, 3))
            mine.extend(each.reference for each in sold)
        case "hold":
            hold_for = dt.timedelta(milliseconds=chance.choice([1, 60_000]))
            opens_transaction(make_hold)(chance.choice(levels), hold_for=hold_for)
        case "cancel" | "ship" as verb if mine:
            {"cancel": cancel, "ship": ship}[verb](chance.choice(mine))
        case "count":
            count(chance.choice(levels), chance.choice([-2, -1, 1, 3]))
        case "sweep":
            expire_due(now=NOW, batch=10)


def count(level: StockLevel, change: int) -> None:
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=change,
        reason=AdjustReason.COUNTED,
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )

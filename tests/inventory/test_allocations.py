from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.errors import BadInput
from core.models import Event
from inventory.models import Allocation, Location, StockLevel, Variant
from inventory.services import (
    AllocatedOtherwise,
    AllocationEnded,
    AllocationLine,
    OutOfStock,
    allocate_stock,
    cancel_allocation,
    ship_allocation,
)
from tests.factories.stock import (
    make_discrepancy,
    make_hold,
    make_location,
    make_lot,
    make_stock,
    make_variant,
)
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant() -> Variant:
    return make_variant("RED-M")


@pytest.fixture
def leipzig() -> Location:
    return make_location("LEJ")


@pytest.fixture
def reno() -> Location:
    return make_location("RNO")


def sell(*lines: AllocationLine, partner_id: int, **fields: Any) -> list[Allocation]:
    return allocate_stock(
        partner_id=partner_id,
        lines=lines,
        channel="shop",
        actor=DESK,
        now=NOW,
        **{"op_id": uuid4()} | fields,
    )


def sell_one(variant: Variant, quantity: int = 1, **fields: Any) -> list[Allocation]:
    reference = fields.pop("reference", "sale:1")
    line = AllocationLine(reference, variant.pk, quantity, fields.pop("location_id", None))
    return sell(line, partner_id=variant.partner_id, **fields)


def end(variant: Variant, *references: str) -> dict[str, Any]:
    return {
        "partner_id": variant.partner_id,
        "references": references or ("sale:1",),
        "actor": DESK,
        "op_id": uuid4(),
        "now": NOW,
    }


def buckets(level: StockLevel) -> tuple[int, int, int]:
    level.refresh_from_db()
    return level.available, level.held, level.allocated


class TestAllocateStock:
    def test_takes_units_out_of_everyones_reach(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 3)
        (allocation,) = sell_one(variant, 2)
        assert buckets(level) == (1, 0, 2)
        assert (allocation.quantity, allocation.state) == (2, "open")
        assert find_broken_laws() == set()

    def test_tells_what_lies_where_and_in_which_order(
        self, variant: Variant, leipzig: Location
    ) -> None:
        level = make_stock(variant, leipzig, 3)
        sell_one(variant, 2)
        data = Event.objects.get(kind="allocation.made").data
        assert (data["sku"], data["location"], data["stock_level"]) == ("RED-M", "LEJ", level.pk)
        assert (data["quantity"], data["available_after"], data["sequence"]) == (2, 1, 2)

    def test_goes_where_most_are_free(
        self, variant: Variant, leipzig: Location, reno: Location
    ) -> None:
        make_stock(variant, leipzig, 2)
        most = make_stock(variant, reno, 5)
        sell_one(variant)
        assert buckets(most) == (4, 0, 1)

    def test_goes_to_several_places_where_none_has_enough(
        self, variant: Variant, leipzig: Location, reno: Location
    ) -> None:
        levels = make_stock(variant, leipzig, 2), make_stock(variant, reno, 1)
        sell_one(variant, 3)
        assert [buckets(level) for level in levels] == [(0, 0, 2), (0, 0, 1)]

    def test_stays_where_it_is_told_to(
        self, variant: Variant, leipzig: Location, reno: Location
    ) -> None:
        make_stock(variant, reno, 5)
        make_stock(variant, leipzig, 1)
        with pytest.raises(OutOfStock) as refusal:
            sell_one(variant, 2, location_id=leipzig.pk)
        assert [(each.wanted, each.available) for each in refusal.value.shortages] == [(2, 1)]

    def test_takes_all_lines_or_none(self, variant: Variant, leipzig: Location) -> None:
        there, short = make_stock(variant, leipzig, 3), make_stock(make_variant(), leipzig, 1)
        with pytest.raises(OutOfStock) as refusal:
            sell(
                AllocationLine("sale:1", there.variant_id, 1),
                AllocationLine("sale:2", short.variant_id, 2),
                partner_id=variant.partner_id,
            )
        assert [each.reference for each in refusal.value.shortages] == ["sale:2"]
        assert (buckets(there), buckets(short)) == ((3, 0, 0), (1, 0, 0))
        assert not Allocation.objects.exists()

    def test_takes_several_lots_but_no_blocked_one(
        self, variant: Variant, leipzig: Location
    ) -> None:
        make_lot(variant, "BAD", is_blocked=True)
        lots = [make_stock(variant, leipzig, 2, lot=lot) for lot in ("L1", "L2", "BAD")]
        sell_one(variant, 4)
        assert [buckets(level) for level in lots] == [(0, 0, 2), (0, 0, 2), (2, 0, 0)]

    def test_takes_nothing_from_a_closed_place(self, variant: Variant) -> None:
        make_stock(variant, make_location("OLD", is_active=False), 3)
        make_stock(variant, make_location("ILL", paused_until=NOW + dt.timedelta(days=1)), 3)
        with pytest.raises(OutOfStock):
            sell_one(variant)

    def test_takes_nothing_that_a_count_has_missed(
        self, variant: Variant, leipzig: Location
    ) -> None:
        level = make_stock(variant, leipzig, 3)
        make_discrepancy(level, expected=3, counted=1)
        with pytest.raises(OutOfStock):
            sell_one(variant, 2)
        sell_one(variant, 1)

    def test_ends_the_due_holds_that_are_in_the_way(
        self, variant: Variant, leipzig: Location
    ) -> None:
        level = make_stock(variant, leipzig, 2)
        due = make_hold(level, quantity=2, hold_for=dt.timedelta(0))
        sell_one(variant)
        due.refresh_from_db()
        assert due.state == "expired"
        assert buckets(level) == (1, 0, 1)
        assert find_broken_laws() == set()

    def test_leaves_a_running_hold_alone(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 2)
        make_hold(level, quantity=2)
        with pytest.raises(OutOfStock, match=r"RED-M \(0 free, 1 sold\)"):
            sell_one(variant)

    def test_gives_a_repeated_reference_what_it_has(
        self, variant: Variant, leipzig: Location
    ) -> None:
        level = make_stock(variant, leipzig, 5)
        first, again = sell_one(variant, 2), sell_one(variant, 2)
        assert first == again
        assert buckets(level) == (3, 0, 2)

    def test_refuses_something_else_under_a_reference(
        self, variant: Variant, leipzig: Location
    ) -> None:
        make_stock(variant, leipzig, 5)
        sell_one(variant, 2)
        with pytest.raises(AllocatedOtherwise):
            sell_one(variant, 3)

    @pytest.mark.parametrize(("reference", "quantity"), [("", 1), ("x" * 121, 1), ("sale:1", 0)])
    def test_refuses_what_can_never_be_right(
        self, variant: Variant, reference: str, quantity: int
    ) -> None:
        with pytest.raises(BadInput):
            sell_one(variant, quantity, reference=reference)


class TestCancelAllocation:
    def test_gives_the_units_back(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 3)
        sell_one(variant, 2)
        (cancelled,) = cancel_allocation(**end(variant))
        assert (cancelled.state, buckets(level)) == ("cancelled", (3, 0, 0))
        assert cancel_allocation(**end(variant)) == []
        assert find_broken_laws() == set()

    def test_comes_too_late_for_what_has_left(self, variant: Variant, leipzig: Location) -> None:
        make_stock(variant, leipzig, 3)
        sell_one(variant)
        ship_allocation(**end(variant))
        with pytest.raises(AllocationEnded, match="left already"):
            cancel_allocation(**end(variant))

    def test_lets_the_reference_be_sold_again(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 3)
        sell_one(variant)
        cancel_allocation(**end(variant))
        sell_one(variant, 3)
        assert buckets(level) == (0, 0, 3)


class TestShipAllocation:
    def test_takes_the_units_out_of_the_books(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 3)
        sell_one(variant, 2)
        ship_allocation(**end(variant))
        assert buckets(level) == (1, 0, 0)
        assert level.entries.latest("pk").to_bucket == "customer"
        assert find_broken_laws() == set()

    def test_may_be_for_a_part(self, variant: Variant, leipzig: Location) -> None:
        level = make_stock(variant, leipzig, 3)
        sell_one(variant, 3)
        ship_allocation(**end(variant), quantities={"sale:1": 1})
        assert buckets(level) == (0, 0, 2)
        states = Allocation.objects.order_by("quantity").values_list("quantity", "state")
        assert list(states) == [(1, "shipped"), (2, "open")]
        assert find_broken_laws() == set()

    def test_refuses_what_is_not_allocated(self, variant: Variant, leipzig: Location) -> None:
        make_stock(variant, leipzig, 3)
        sell_one(variant)
        with pytest.raises(AllocationEnded) as refusal:
            ship_allocation(**end(variant, "sale:1", "sale:2"))
        assert refusal.value.references == ["sale:2"]
        assert Allocation.objects.get().state == "open"

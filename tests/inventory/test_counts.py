from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from inventory.models import CycleCount, Discrepancy, Location, StockLevel
from inventory.services import (
    cancel_count,
    close_count,
    enter_count,
    open_count,
    post_correction,
    quarantine_stock,
)
from inventory.states import AdjustReason
from tests.factories.stock import make_bin, make_hold, make_location, make_stock, make_variant
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
ANA = Actor.system("ana")

pytestmark = pytest.mark.django_db


@pytest.fixture
def location() -> Location:
    return make_location("LEJ")


@pytest.fixture
def level(location: Location) -> StockLevel:
    return make_stock(make_variant("RED-M"), location, 10)


def by_ana() -> dict[str, Any]:
    return {"actor": ANA, "op_id": uuid4(), "now": NOW}


def begin(location: Location, **fields: Any) -> CycleCount:
    return open_count(partner_id=location.partner_id, location_id=location.pk, **by_ana() | fields)


def enter(count: CycleCount, level: StockLevel, counted: int) -> int | None:
    line = enter_count(count_id=count.pk, stock_level_id=level.pk, counted=counted, **by_ana())
    return line.expected


def close(count: CycleCount) -> CycleCount:
    return close_count(count_id=count.pk, **by_ana())


class TestOpenCount:
    def test_lists_what_should_be_on_the_shelf(self, location: Location, level: StockLevel) -> None:
        make_stock(make_variant(), location, 0)
        count = begin(location)
        assert [line.stock_level for line in count.lines.all()] == [level]
        assert count.opened_by == ANA.ref

    def test_may_be_for_one_bin(self, location: Location, level: StockLevel) -> None:
        shelf = make_bin(location, "A-01", kind="pick")
        there = make_stock(make_variant(), location, 2, bin=shelf)
        count = begin(location, bin_id=shelf.pk)
        assert [line.stock_level for line in count.lines.all()] == [there]

    def test_needs_something_to_count(self, location: Location) -> None:
        with pytest.raises(BadInput, match="Nothing is kept there"):
            begin(location)


class TestEnterCount:
    def test_compares_with_the_moment_of_entry(self, location: Location, level: StockLevel) -> None:
        """The desk goes on: a hold leaves the shelf as full as it was, a receipt does not."""
        count = begin(location)
        make_hold(level, quantity=4)
        assert enter(count, level, 10) == 10
        close(count)
        assert not Discrepancy.objects.exists()

    def test_may_be_set_right_while_the_count_is_open(
        self, location: Location, level: StockLevel
    ) -> None:
        count = begin(location)
        enter(count, level, 1)
        enter(count, level, 10)
        close(count)
        assert not Discrepancy.objects.exists()

    def test_leaves_quarantined_units_to_their_bins(
        self, location: Location, level: StockLevel
    ) -> None:
        quarantine(level, 3)
        assert enter(begin(location), level, 7) == 7
        of_bin = begin(location, bin_id=level.quarantined.get().bin_id)
        assert enter(of_bin, level, 3) == 3

    def test_refuses_what_is_not_part_of_it(self, location: Location, level: StockLevel) -> None:
        count = begin(location)
        other = make_stock(make_variant(), location, 2)
        with pytest.raises(BadInput, match="not part of this count"):
            enter(count, other, 2)
        with pytest.raises(BadInput, match="below zero"):
            enter(count, level, -1)


class TestCloseCount:
    def test_opens_a_discrepancy_for_each_difference(
        self, location: Location, level: StockLevel
    ) -> None:
        right = make_stock(make_variant(), location, 2)
        count = begin(location)
        enter(count, level, 8)
        enter(count, right, 2)
        close(count)
        found = Discrepancy.objects.get()
        assert (found.variant_id, found.expected, found.counted) == (level.variant_id, 10, 8)
        assert (found.source, found.reference) == ("cycle_count", f"cyclecount:{count.pk}")

    def test_leads_to_a_correction_of_the_bin_that_was_counted(
        self, location: Location, level: StockLevel
    ) -> None:
        quarantine(level, 3)
        count = begin(location, bin_id=level.quarantined.get().bin_id)
        enter(count, level, 2)
        close(count)
        post_correction(
            discrepancy_id=Discrepancy.objects.get().pk, reason=AdjustReason.LOST, **by_ana()
        )
        level.refresh_from_db()
        assert (level.available, level.quarantine) == (7, 2)
        assert find_broken_laws() == set()

    def test_needs_a_figure(self, location: Location, level: StockLevel) -> None:
        with pytest.raises(ActionBlocked, match="Nothing is counted yet"):
            close(begin(location))

    def test_is_done_once(self, location: Location, level: StockLevel) -> None:
        count = begin(location)
        enter(count, level, 10)
        close(count)
        with pytest.raises(ActionBlocked, match="closed already"):
            close(count)
        with pytest.raises(ActionBlocked, match="closed already"):
            enter(count, level, 9)


class TestCancelCount:
    def test_leads_to_nothing(self, location: Location, level: StockLevel) -> None:
        count = begin(location)
        enter(count, level, 1)
        assert cancel_count(count_id=count.pk, **by_ana()).state == "cancelled"
        assert not Discrepancy.objects.exists()


def quarantine(level: StockLevel, quantity: int) -> None:
    quarantine_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        quantity=quantity,
        **by_ana(),
    )

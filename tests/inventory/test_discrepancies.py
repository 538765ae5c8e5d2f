from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.models import Event
from inventory.models import Discrepancy, Reservation, StockEntry, StockLevel
from inventory.services import (
    AllocationLine,
    adjust_stock,
    allocate_stock,
    commit,
    dismiss_discrepancy,
    post_correction,
    quarantine_stock,
)
from inventory.states import AdjustReason, DiscrepancySource, DismissReason
from tests.factories.stock import (
    make_discrepancy,
    make_hold,
    make_location,
    make_stock,
    make_variant,
)
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
ANA = Actor.system("ana")

pytestmark = pytest.mark.django_db


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=10)


def post(discrepancy: Discrepancy) -> Discrepancy:
    return post_correction(
        discrepancy_id=discrepancy.pk,
        reason=AdjustReason.COUNTED,
        actor=ANA,
        op_id=uuid4(),
        now=NOW,
    )


def adjust(level: StockLevel, change: int) -> None:
    adjust_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        change=change,
        reason=AdjustReason.LOST,
        actor=ANA,
        op_id=uuid4(),
        now=NOW,
    )


def buckets(level: StockLevel) -> tuple[int, int]:
    level.refresh_from_db()
    return level.available, level.held


def state_of(hold: Reservation) -> tuple[str, str]:
    hold.refresh_from_db()
    return hold.state, hold.cause


class TestOpenDiscrepancy:
    @pytest.mark.causes("discrepancy_opened")
    @pytest.mark.usefixtures("staff")
    def test_changes_nothing_by_itself(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=8)
        assert (found.difference, found.state, buckets(level)) == (-2, "open", (10, 0))
        assert Event.objects.get(kind="discrepancy.opened").data["counted"] == 8

    def test_is_brought_up_to_date_by_the_next_count(self, level: StockLevel) -> None:
        first = make_discrepancy(level, expected=10, counted=8)
        again = make_discrepancy(level, expected=10, counted=7)
        assert (again.pk, again.counted) == (first.pk, 7)

    def test_keeps_what_others_counted_apart(self, level: StockLevel) -> None:
        make_discrepancy(level, expected=10, counted=8)
        make_discrepancy(level, expected=10, counted=8, source=DiscrepancySource.CYCLE_COUNT)
        assert Discrepancy.objects.count() == 2

    def test_ends_when_the_figures_agree_again(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=8)
        with pytest.raises(AssertionError, match="agree"):
            make_discrepancy(level, expected=10, counted=10)
        found.refresh_from_db()
        assert (found.state, found.reason) == ("dismissed", DismissReason.RECOUNTED)

    def test_is_about_what_can_be_counted(self, level: StockLevel) -> None:
        with pytest.raises(BadInput):
            make_discrepancy(level, expected=1, counted=2, bucket="held")


class TestPostCorrection:
    def test_moves_the_difference_and_says_who_and_why(self, level: StockLevel) -> None:
        posted = post(make_discrepancy(level, expected=10, counted=8))
        assert (posted.state, posted.posted_change, posted.resolved_by) == ("posted", -2, ANA.ref)
        entry = StockEntry.objects.latest("pk")
        assert (entry.reason, entry.reference) == ("counted", f"discrepancy:{posted.pk}")
        assert buckets(level) == (8, 0)
        assert find_broken_laws() == set()

    def test_adds_what_was_found(self, level: StockLevel) -> None:
        post(make_discrepancy(level, expected=10, counted=13))
        assert buckets(level) == (13, 0)

    def test_keeps_what_happened_since_the_count(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=9)
        make_hold(level, quantity=4)
        post(found)
        assert buckets(level) == (5, 4)

    def test_does_not_correct_twice_what_two_have_counted(self, level: StockLevel) -> None:
        mine = make_discrepancy(level, expected=10, counted=8)
        same = make_discrepancy(level, expected=10, counted=8, source=DiscrepancySource.CYCLE_COUNT)
        post(mine)
        same.refresh_from_db()
        assert (same.state, same.expected) == ("dismissed", 8)
        assert buckets(level) == (8, 0)

    def test_leaves_of_another_count_what_still_differs(self, level: StockLevel) -> None:
        mine = make_discrepancy(level, expected=10, counted=8)
        other = make_discrepancy(
            level, expected=10, counted=7, source=DiscrepancySource.CYCLE_COUNT
        )
        post(mine)
        other.refresh_from_db()
        assert (other.state, other.difference) == ("open", -1)

    def test_corrects_a_quarantine_bin(self, level: StockLevel) -> None:
        quarantine_stock(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            quantity=3,
            actor=ANA,
            op_id=uuid4(),
            now=NOW,
        )
        bin_id = level.quarantined.get().bin_id
        post(make_discrepancy(level, expected=3, counted=1, bucket="quarantine", bin_id=bin_id))
        level.refresh_from_db()
        assert (level.quarantine, level.quarantined.get().quantity) == (1, 1)
        assert find_broken_laws() == set()

    def test_is_done_once(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=8)
        post(found)
        with pytest.raises(ActionBlocked, match="corrected already"):
            post(found)


class TestACorrectionBelowWhatIsHeld:
    """F13: never negative, and never silently."""

    def test_ends_due_holds_then_the_newest(self, level: StockLevel) -> None:
        old, new = make_hold(level, quantity=4), make_hold(level, quantity=4)
        due = make_hold(level, quantity=2, hold_for=dt.timedelta(0))
        post(make_discrepancy(level, expected=10, counted=4))
        assert state_of(due) == ("expired", "")
        assert state_of(new) == ("released", "short")
        assert state_of(old) == ("active", "")
        assert buckets(level) == (0, 4)
        assert find_broken_laws() == set()

    def test_cuts_the_last_one_down_to_what_is_there(self, level: StockLevel) -> None:
        """Of seven units in the way of six, three are of the older hold: it keeps one."""
        old, new = make_hold(level, quantity=4), make_hold(level, quantity=3)
        post(make_discrepancy(level, expected=10, counted=1))
        assert state_of(new) == ("released", "short")
        old.refresh_from_db()
        assert (state_of(old), old.quantity) == (("active", ""), 1)
        gone = Reservation.objects.get(continues=old.number)
        assert (state_of(gone), gone.quantity) == (("released", "short"), 3)
        assert buckets(level) == (0, 1)
        assert find_broken_laws() == set()

    def test_tells_of_each_hold_that_it_ends(self, level: StockLevel) -> None:
        hold = make_hold(level, quantity=10)
        post(make_discrepancy(level, expected=10, counted=9))
        event = Event.objects.get(kind="reservation.released")
        assert (event.data["continues"], event.data["cause"]) == (hold.number, "short")
        assert (event.data["reference"], event.data["quantity"]) == (hold.reference, 1)

    def test_refuses_to_take_what_is_on_its_way_to_customers(self, level: StockLevel) -> None:
        hold = make_hold(level, quantity=6)
        with transaction.atomic():
            commit(references=[hold.reference], actor=ANA, now=NOW)
        sell(level, 3)
        with pytest.raises(ActionBlocked) as refusal:
            post(make_discrepancy(level, expected=10, counted=7))
        assert refusal.value.reasons == [
            f"{hold.number} has 6, committed to the warehouse",
            "orderline:1 has 3, sold on a channel",
        ]
        assert Discrepancy.objects.get().state == "open"

    def test_keeps_running_holds_when_it_is_refused(self, level: StockLevel) -> None:
        sell(level, 8)
        hold = make_hold(level, quantity=2)
        with pytest.raises(ActionBlocked):
            post(make_discrepancy(level, expected=10, counted=7))
        assert state_of(hold) == ("active", "")


def sell(level: StockLevel, quantity: int) -> None:
    line = AllocationLine("orderline:1", level.variant_id, quantity)
    fields: dict[str, Any] = {"actor": ANA, "op_id": uuid4(), "now": NOW}
    allocate_stock(partner_id=level.partner_id, lines=[line], channel="shop", **fields)


class TestAdjustStock:
    def test_is_not_corrected_again_by_an_older_count(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=8)
        adjust(level, -2)
        found.refresh_from_db()
        assert (found.state, found.reason) == ("dismissed", DismissReason.RECOUNTED)


class TestDismissDiscrepancy:
    def test_corrects_nothing_and_says_why(self, level: StockLevel) -> None:
        found = make_discrepancy(level, expected=10, counted=8)
        dismissed = dismiss_discrepancy(
            discrepancy_id=found.pk,
            reason=DismissReason.MISCOUNTED,
            actor=ANA,
            op_id=uuid4(),
            now=NOW,
        )
        assert (dismissed.state, dismissed.reason) == ("dismissed", "miscounted")
        assert buckets(level) == (10, 0)

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from core import clock
from core.actors import Actor
from core.errors import BadInput
from core.models import Event
from inventory.models import Lot, Reservation, StockEntry, StockLevel
from inventory.rules import Wanted
from inventory.services import (
    HeldOtherwise,
    HoldEnded,
    OutOfStock,
    commit,
    move,
    release,
    report_short,
    reserve,
    split,
    substitute,
)
from inventory.states import ReleaseCause
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_stock, make_variant
from tests.inventory.broken import find_broken_laws

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
HALF_HOUR = dt.timedelta(minutes=30)
WHO: dict[str, Any] = {"actor": Actor.system("test"), "now": NOW}
LINE = "exchangeline:7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_back() -> Iterator[None]:
    yield
    clock.shift_database_clock(dt.timedelta(0))


@pytest.fixture
def level() -> StockLevel:
    return make_stock(make_variant("RED-M"), make_location(), available=3)


def hold(level: StockLevel, quantity: int = 3, reference: str = LINE) -> list[Reservation]:
    return reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=[Wanted(reference, level.variant_id, quantity, level.location_id)],
        destination=None,
        hold_for=HALF_HOUR,
        **WHO,
    )


def buckets(level: StockLevel) -> tuple[int, int]:
    level.refresh_from_db()
    return level.available, level.held


def live() -> list[tuple[str, str, int]]:
    holds = Reservation.objects.filter(state__in=["active", "committed"]).order_by("pk")
    return [(hold.reference, hold.state, hold.quantity) for hold in holds]


class TestLots:
    def test_give_together_what_none_has_alone(self, level: StockLevel) -> None:
        for code, units in (("A", 2), ("B", 4)):
            make_stock(level.variant, level.location, units, lot=code)
        held = hold(level, 8)
        assert [(one.stock_level.lot, one.quantity) for one in held] == [
            ("B", 4),
            ("", 3),
            ("A", 1),
        ]
        assert len({one.number for one in held}) == 3
        assert find_broken_laws() == set()

    def test_stay_whole_where_one_has_enough(self, level: StockLevel) -> None:
        bigger = make_stock(level.variant, level.location, 9, lot="A")
        (held,) = hold(level, 4)
        assert held.stock_level == bigger

    def test_give_nothing_while_they_are_blocked(self, level: StockLevel) -> None:
        make_stock(level.variant, level.location, 9, lot="A")
        Lot.objects.create(partner=make_partner(), variant=level.variant, code="A", is_blocked=True)
        with pytest.raises(OutOfStock) as refusal:
            hold(level, 4)
        assert refusal.value.shortages[0].available == 3


class TestCommitOfAPart:
    def test_leaves_the_rest_active_under_its_number(self, level: StockLevel) -> None:
        """S12: two of three shirts came back."""
        (old,) = hold(level)
        (part,) = commit(references=[LINE], quantities={LINE: 2}, **WHO)
        old.refresh_from_db()
        assert (old.state, old.quantity) == ("active", 1)
        assert (part.state, part.quantity, part.continues) == ("committed", 2, old.number)
        assert buckets(level) == (0, 3)
        assert find_broken_laws() == set()

    def test_is_told_of_both_and_moves_no_stock(self, level: StockLevel) -> None:
        hold(level)
        commit(references=[LINE], quantities={LINE: 2}, **WHO)
        told = Event.objects.order_by("pk").values_list("kind", "data__quantity")
        assert list(told) == [
            ("reservation.made", 3),
            ("reservation.split", 1),
            ("reservation.split", 2),
            ("reservation.committed", 2),
        ]
        assert StockEntry.objects.filter(cause="hold").count() == StockEntry.objects.count() - 1

    def test_is_refused_when_fewer_are_held(self, level: StockLevel) -> None:
        hold(level, 1)
        with pytest.raises(HoldEnded):
            commit(references=[LINE], quantities={LINE: 2}, **WHO)

    def test_can_be_followed_by_the_rest(self, level: StockLevel) -> None:
        hold(level)
        commit(references=[LINE], quantities={LINE: 2}, **WHO)
        commit(references=[LINE], **WHO)
        assert live() == [(LINE, "committed", 1), (LINE, "committed", 2)]


class TestReleaseOfAPart:
    def test_takes_active_units_before_committed_ones(self, level: StockLevel) -> None:
        hold(level)
        commit(references=[LINE], quantities={LINE: 1}, **WHO)
        (ended,) = release(
            references=[LINE], quantities={LINE: 1}, cause=ReleaseCause.REMAINDER, **WHO
        )
        assert (ended.state, ended.quantity) == ("released", 1)
        assert live() == [(LINE, "active", 1), (LINE, "committed", 1)]
        assert buckets(level) == (1, 2)
        assert find_broken_laws() == set()

    def test_goes_on_to_the_committed_ones(self, level: StockLevel) -> None:
        hold(level)
        commit(references=[LINE], quantities={LINE: 2}, **WHO)
        release(references=[LINE], quantities={LINE: 2}, cause=ReleaseCause.BY_HAND, **WHO)
        assert live() == [(LINE, "committed", 1)]


class TestHoldingAgain:
    def test_counts_what_the_warehouse_has_already(self, level: StockLevel) -> None:
        hold(level)
        commit(references=[LINE], quantities={LINE: 2}, **WHO)
        release(references=[LINE], quantities={LINE: 1}, cause=ReleaseCause.BY_HAND, **WHO)
        assert len(hold(level, 3)) == 2
        assert live() == [(LINE, "committed", 2), (LINE, "active", 1)]


class TestSplit:
    def test_divides_units_among_references(self, level: StockLevel) -> None:
        (old,) = hold(level)
        split(reference=LINE, into={LINE: 1, "exchangeline:8": 2}, **WHO)
        assert live() == [(LINE, "active", 1), ("exchangeline:8", "active", 2)]
        part = Reservation.objects.get(reference="exchangeline:8")
        assert (part.continues, part.expires_at) == (old.number, old.expires_at)
        assert buckets(level) == (0, 3)
        assert find_broken_laws() == set()

    def test_takes_whole_holds_where_lots_fit(self, level: StockLevel) -> None:
        make_stock(level.variant, level.location, 2, lot="A")
        hold(level, 5)
        split(reference=LINE, into={"exchangeline:8": 4, "exchangeline:9": 1}, **WHO)
        assert live() == [
            ("exchangeline:8", "active", 3),
            ("exchangeline:9", "active", 1),
            ("exchangeline:8", "active", 1),
        ]

    def test_refuses_parts_that_are_not_the_whole(self, level: StockLevel) -> None:
        hold(level)
        with pytest.raises(BadInput):
            split(reference=LINE, into={LINE: 1, "exchangeline:8": 1}, **WHO)

    def test_refuses_a_due_hold(self, level: StockLevel) -> None:
        hold(level)
        clock.shift_database_clock(HALF_HOUR)
        with pytest.raises(HoldEnded):
            split(reference=LINE, into={LINE: 1, "exchangeline:8": 2}, **WHO)


class TestMove:
    @pytest.fixture
    def there(self, level: StockLevel) -> StockLevel:
        return make_stock(level.variant, make_location("HAM"), available=3)

    def test_holds_the_same_for_as_long_elsewhere(
        self, level: StockLevel, there: StockLevel
    ) -> None:
        (old,) = hold(level, 2)
        (new,) = move(number=old.number, location_id=there.location_id, **WHO)
        old.refresh_from_db()
        assert (old.state, old.cause, new.continues) == ("released", "moved", old.number)
        assert (new.expires_at, new.began_at) == (old.expires_at, old.began_at)
        assert (buckets(level), buckets(there)) == ((3, 0), (1, 2))
        assert find_broken_laws() == set()

    def test_leaves_the_hold_where_the_other_place_is_short(
        self, level: StockLevel, there: StockLevel
    ) -> None:
        (old,) = hold(level)
        hold(there, 1, "exchangeline:8")
        with pytest.raises(OutOfStock):
            move(number=old.number, location_id=there.location_id, **WHO)
        assert (buckets(level), buckets(there)) == ((0, 3), (2, 1))

    def test_refuses_what_the_warehouse_has(self, level: StockLevel, there: StockLevel) -> None:
        (old,) = hold(level)
        commit(references=[LINE], **WHO)
        with pytest.raises(HoldEnded):
            move(number=old.number, location_id=there.location_id, **WHO)

    def test_refuses_a_place_that_holds_some_of_it(
        self, level: StockLevel, there: StockLevel
    ) -> None:
        (old,) = hold(level)
        with pytest.raises(BadInput):
            move(number=old.number, location_id=level.location_id, **WHO)


class TestSubstitute:
    """S17 on its stock side: the old hold goes and the new one comes in one transaction."""

    def test_holds_other_goods_instead(self, level: StockLevel) -> None:
        green = make_stock(make_variant("GREEN-L"), level.location, available=1)
        (old,) = hold(level, 1)
        (new,) = substitute(
            references=[LINE],
            wanted=[Wanted("exchangeline:8", green.variant_id, 1)],
            destination=None,
            hold_for=HALF_HOUR,
            **WHO,
        )
        old.refresh_from_db()
        assert (old.state, old.cause) == ("released", "substituted")
        assert (new.continues, new.case, new.variant) == (old.number, "return:1", green.variant)
        assert (buckets(level), buckets(green)) == ((3, 0), (0, 1))

    def test_keeps_the_old_hold_when_the_other_goods_are_short(self, level: StockLevel) -> None:
        green = make_stock(make_variant("GREEN-L"), level.location, available=0)
        hold(level, 1)
        with pytest.raises(OutOfStock):
            substitute(
                references=[LINE],
                wanted=[Wanted("exchangeline:8", green.variant_id, 1)],
                destination=None,
                hold_for=HALF_HOUR,
                **WHO,
            )
        assert live() == [(LINE, "active", 1)]

    def test_may_take_the_units_that_it_frees(self, level: StockLevel) -> None:
        hold(level, 3)
        substitute(
            references=[LINE],
            wanted=[Wanted("exchangeline:8", level.variant_id, 3)],
            destination=None,
            hold_for=HALF_HOUR,
            **WHO,
        )
        assert live() == [("exchangeline:8", "active", 3)]


class TestReportShort:
    def test_keeps_what_was_found_and_frees_the_rest(self, level: StockLevel) -> None:
        (held,) = hold(level)
        commit(references=[LINE], **WHO)
        (ended,) = report_short(number=held.number, found=1, **WHO)
        assert (ended.state, ended.cause, ended.quantity) == ("released", "short", 2)
        assert live() == [(LINE, "committed", 1)]
        assert find_broken_laws() == set()

    def test_ends_the_hold_where_nothing_was_found(self, level: StockLevel) -> None:
        (held,) = hold(level)
        commit(references=[LINE], **WHO)
        (ended,) = report_short(number=held.number, found=0, **WHO)
        assert (ended.number, ended.cause) == (held.number, "short")
        assert live() == []

    def test_refuses_a_hold_that_is_not_with_the_warehouse(self, level: StockLevel) -> None:
        (held,) = hold(level)
        with pytest.raises(HoldEnded):
            report_short(number=held.number, found=0, **WHO)


class TestSplitInto:
    def test_refuses_a_reference_that_holds_something(self, level: StockLevel) -> None:
        hold(level, 2)
        hold(level, 1, "exchangeline:8")
        with pytest.raises(HeldOtherwise):
            split(reference=LINE, into={LINE: 1, "exchangeline:8": 1}, **WHO)

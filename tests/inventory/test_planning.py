from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.rules import (
    Calendar,
    Candidate,
    Choice,
    Destination,
    Parcel,
    RankedLocation,
    Rate,
    Wanted,
    plan_sourcing,
    rank,
)

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
CALENDAR = Calendar("Europe/Berlin", dt.time(14, 0), frozenset({1, 2, 3, 4, 5}))


def place(number: int, free: int, *, cost: int = 5, **fields: Any) -> Candidate:
    """A place whose parcels take up to 10 units for `cost`, and 4 for half of it."""
    rates = [
        Rate("DHL", "", 10_000, Decimal(cost), 2),
        Rate("DHL", "", 4_000, Decimal(cost) / 2, 2),
    ]
    return Candidate(number, f"L{number}", f"L{number}", free, 51, 12, CALENDAR, rates, **fields)


def weigh(places: list[Candidate], quantity: int) -> list[RankedLocation]:
    parcel = Parcel(quantity, 1000 * quantity, Destination("DE"), (48, 11), "EUR")
    return rank(places, parcel, now=NOW)


def want(number: int, quantity: int, location_id: int | None = None) -> Wanted:
    return Wanted(f"exchangeline:{number}", 9, quantity, location_id)


def plan(places: list[Candidate], *wanted: Wanted, may_split: bool = False) -> list[Choice] | None:
    return plan_sourcing(
        wanted, [weigh(places, line.quantity) for line in wanted], may_split=may_split
    )


def told(choices: list[Choice] | None) -> list[tuple[str, int, int]]:
    assert choices is not None
    return [(each.wanted.reference, each.location_id, each.wanted.quantity) for each in choices]


class TestPlanSourcing:
    def test_does_not_promise_one_unit_twice(self) -> None:
        choices = plan([place(1, 1), place(2, 1)], want(1, 1), want(2, 1))
        assert told(choices) == [("exchangeline:1", 1, 1), ("exchangeline:2", 2, 1)]

    def test_finds_nothing_when_one_line_finds_nothing(self) -> None:
        assert plan([place(1, 2)], want(1, 1), want(2, 2)) is None

    def test_keeps_a_location_that_was_asked_for(self) -> None:
        choices = plan_sourcing([want(1, 1, location_id=4)], [()])
        assert told(choices) == [("exchangeline:1", 4, 1)]

    def test_lets_the_larger_line_choose_first(self) -> None:
        """In the order they come the small line would take the only place for the large one."""
        choices = plan([place(1, 3, cost=1), place(2, 2)], want(1, 2), want(2, 3))
        assert told(choices) == [("exchangeline:1", 2, 2), ("exchangeline:2", 1, 3)]

    def test_says_how_much_the_chosen_place_sends(self) -> None:
        (choice,) = plan([place(1, 3), place(2, 3, cost=9)], want(1, 2)) or []
        assert [(each.code, each.sends, each.reason) for each in choice.ranking] == [
            ("L1", 2, "Enough stock at the lowest cost"),
            ("L2", 0, "Costs €2.00 more"),
        ]


class TestSplit:
    def test_needs_to_be_allowed(self) -> None:
        places = [place(1, 2), place(2, 2)]
        assert plan(places, want(1, 3)) is None
        assert plan(places, want(1, 3), may_split=True) is not None

    def test_is_not_made_where_one_place_has_enough(self) -> None:
        places = [place(1, 2, cost=1), place(2, 2, cost=1), place(3, 3, cost=99)]
        assert told(plan(places, want(1, 3), may_split=True)) == [("exchangeline:1", 3, 3)]

    def test_makes_the_fewest_parcels(self) -> None:
        places = [place(1, 2, cost=1), place(2, 2, cost=1), place(3, 2, cost=1), place(4, 4)]
        choices = plan(places, want(1, 6), may_split=True)
        assert sorted(told(choices)) == [("exchangeline:1", 1, 2), ("exchangeline:1", 4, 4)]

    def test_takes_the_cheapest_of_them(self) -> None:
        places = [place(1, 5, cost=9), place(2, 5, cost=2), place(3, 5, cost=4)]
        choices = plan(places, want(1, 7), may_split=True)
        assert sorted(told(choices)) == [("exchangeline:1", 2, 5), ("exchangeline:1", 3, 2)]

    def test_tells_every_place_what_it_sends(self) -> None:
        one, other = plan([place(1, 2), place(2, 2)], want(1, 3), may_split=True) or []
        assert one.ranking == other.ranking
        assert [(each.sends, each.reason) for each in one.ranking] == [
            (2, "Sends 2 of 3"),
            (1, "Sends 1 of 3"),
        ]

    def test_divides_what_is_too_heavy_for_one_parcel(self) -> None:
        choices = plan([place(1, 20), place(2, 20)], want(1, 15), may_split=True)
        assert [units for _, _, units in told(choices)] == [10, 5]

    def test_leaves_safety_stock_and_what_is_missing_alone(self) -> None:
        places = [place(1, 5, safety=2), place(2, 5, missing=4)]
        assert plan(places, want(1, 5), may_split=True) is None
        choices = plan(places, want(1, 4), may_split=True)
        assert sorted(told(choices)) == [("exchangeline:1", 1, 3), ("exchangeline:1", 2, 1)]


@st.composite
def shops(draw: st.DrawFn) -> tuple[list[Candidate], list[Wanted], bool]:
    few = st.integers(0, 6)
    places = [
        place(
            number, draw(few), cost=draw(st.integers(1, 4)), safety=draw(st.integers(0, 2)),
            missing=draw(st.integers(0, 1)),
        )
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]  # fmt: skip
    lines = [want(number, draw(st.integers(1, 8))) for number in range(draw(st.integers(1, 4)))]
    return places, lines, draw(st.booleans())


# How long drawing takes says something of the machine, nothing of the planner.
in_its_time = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestAnyPlan:
    @in_its_time
    @given(shops())
    def test_never_takes_more_than_is_free_above_the_floor(
        self, shop: tuple[list[Candidate], list[Wanted], bool]
    ) -> None:
        places, lines, may_split = shop
        taken: Counter[int] = Counter()
        for choice in plan(places, *lines, may_split=may_split) or []:
            taken[choice.location_id] += choice.wanted.quantity
        for each in places:
            assert taken[each.location_id] <= max(0, each.free - each.safety - each.missing)

    @in_its_time
    @given(shops())
    def test_gives_every_line_all_it_wants_in_whole_or_in_parts(
        self, shop: tuple[list[Candidate], list[Wanted], bool]
    ) -> None:
        places, lines, may_split = shop
        choices = plan(places, *lines, may_split=may_split)
        if choices is None:
            return
        given_out: Counter[str] = Counter()
        for choice in choices:
            given_out[choice.wanted.reference] += choice.wanted.quantity
            assert choice.wanted.quantity > 0
        assert given_out == Counter({line.reference: line.quantity for line in lines})
        assert may_split or len(choices) == len(lines)

    @in_its_time
    @given(shops(), st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_places_or_lines(
        self, shop: tuple[list[Candidate], list[Wanted], bool], random: object
    ) -> None:
        places, lines, may_split = shop
        first = plan(places, *lines, may_split=may_split)
        random.shuffle(places)  # type: ignore[attr-defined]
        random.shuffle(lines)  # type: ignore[attr-defined]
        again = plan(places, *lines, may_split=may_split)
        if first is None or again is None:
            assert first == again
        else:
            assert sorted(told(first)) == sorted(told(again))

    @in_its_time
    @given(shops())
    def test_finds_a_way_for_one_line_whenever_there_is_one(
        self, shop: tuple[list[Candidate], list[Wanted], bool]
    ) -> None:
        places, (line, *_), _ = shop
        together = sum(each.available for each in places)
        found = plan(places, line, may_split=True)
        assert (found is not None) == (together >= line.quantity)

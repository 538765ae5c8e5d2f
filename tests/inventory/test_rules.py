from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from inventory.rules import (
    Calendar,
    Candidate,
    Destination,
    Parcel,
    Rate,
    choose_rate,
    compute_arrival,
    compute_distance_km,
    list_prefixes,
    rank,
)

FRIDAY = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)  # 11:00 in Berlin
LEIPZIG, PARIS, MUNICH = (51.34, 12.37), (48.86, 2.35), (48.14, 11.56)
BERLIN_CALENDAR = Calendar("Europe/Berlin", dt.time(14, 0), frozenset({1, 2, 3, 4, 5}))
TO_MUNICH = Parcel(1, 500, Destination("DE", "80331"), MUNICH, "EUR")


def rate(cost: str = "5.00", **fields: Any) -> Rate:
    defaults: dict[str, Any] = {
        "carrier": "DHL",
        "country": "",
        "up_to_grams": 30_000,
        "lead_days": 2,
    }
    return Rate(cost=Decimal(cost), **defaults | fields)


def place(number: int, cost: str = "5.00", **fields: Any) -> Candidate:
    defaults: dict[str, Any] = {
        "free": 5,
        "latitude": LEIPZIG[0],
        "longitude": LEIPZIG[1],
        "calendar": BERLIN_CALENDAR,
        "rates": [rate(cost)],
    }
    return Candidate(number, f"L{number}", f"Place {number}", **defaults | fields)


def at(position: tuple[float, float]) -> dict[str, Any]:
    return {"latitude": position[0], "longitude": position[1]}


def order(*places: Candidate) -> list[int]:
    return [ranked.location_id for ranked in rank(places, TO_MUNICH, now=FRIDAY)]


class TestRank:
    def test_wants_enough_stock_before_low_cost(self) -> None:
        assert order(place(1, "1.00", free=0), place(2, "9.00")) == [2, 1]

    def test_wants_low_cost_before_short_ways(self) -> None:
        assert order(place(1, "5.01", **at(MUNICH)), place(2, "5.00", **at(PARIS))) == [2, 1]

    def test_takes_the_nearer_of_two_that_cost_the_same(self) -> None:
        assert order(place(1, **at(PARIS)), place(2, **at(LEIPZIG))) == [2, 1]

    def test_takes_the_lowest_id_when_all_is_equal(self) -> None:
        assert order(place(2), place(1)) == [1, 2]

    def test_says_why(self) -> None:
        places = [place(1), place(2, "7.10"), place(3, **at(PARIS)), place(4, free=0)]
        assert [ranked.reason for ranked in rank(places, TO_MUNICH, now=FRIDAY)] == [
            "Enough stock at the lowest cost",
            "Same cost, 322 km farther",
            "Costs €2.10 more",
            "0 available, 1 wanted",
        ]

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"is_active": False}, "Closed"),
            ({"paused_until": FRIDAY + dt.timedelta(hours=5)}, "Paused until 2026-11-06 16:00"),
            ({"rates": []}, "No carrier takes 0.5 kg to DE"),
            ({"rates": [rate(up_to_grams=400)]}, "No carrier takes 0.5 kg to DE"),
            ({"rates": [rate(country="FR")]}, "No carrier takes 0.5 kg to DE"),
        ],
    )
    def test_keeps_the_impossible_with_what_is_in_the_way(
        self, fields: dict[str, Any], reason: str
    ) -> None:
        (ranked,) = rank([place(1, **fields)], TO_MUNICH, now=FRIDAY)
        assert (ranked.is_feasible, ranked.reason) == (False, reason)

    @pytest.mark.parametrize(
        ("stock", "reason"),
        [
            ({"free": 3, "safety": 2}, "3 free, 2 kept as safety stock, 2 wanted"),
            ({"free": 3, "missing": 2}, "3 free, 2 missing when counted, 2 wanted"),
            ({"free": 1, "safety": 2}, "1 free, 2 kept as safety stock, 2 wanted"),
        ],
    )
    def test_says_what_is_kept_of_what_lies_there(self, stock: dict[str, Any], reason: str) -> None:
        (ranked,) = rank([place(1, **stock)], TO_MUNICH.of(2), now=FRIDAY)
        assert (ranked.is_feasible, ranked.reason) == (False, reason)
        assert ranked.available == max(0, stock["free"] - 2)

    def test_says_what_a_part_would_cost_where_the_whole_cannot_be_sent(self) -> None:
        steps = [rate("4.00", up_to_grams=1000), rate("6.00", up_to_grams=1500)]
        (ranked,) = rank([place(1, rates=steps)], TO_MUNICH.of(4), now=FRIDAY)
        assert ranked.parts == ((2, Decimal("4.00")), (3, Decimal("6.00")))
        (closed,) = rank([place(1, rates=steps, is_active=False)], TO_MUNICH.of(4), now=FRIDAY)
        assert closed.parts == ()

    def test_needs_no_destination(self) -> None:
        parcel = Parcel(1, 500, None, None, "EUR")
        (ranked,) = rank([place(1)], parcel, now=FRIDAY)
        assert (ranked.is_feasible, ranked.cost, ranked.distance_km) == (True, None, None)


class TestChooseRate:
    def test_prefers_the_country_to_the_rest_of_the_world(self) -> None:
        assert choose_rate([rate("1.00"), rate("4.00", country="DE")], TO_MUNICH) == rate(
            "4.00", country="DE"
        )

    def test_takes_the_smallest_step_that_carries_the_weight(self) -> None:
        light, heavy = rate("9.00", up_to_grams=1000), rate("2.00", up_to_grams=5000)
        assert choose_rate([light, heavy], TO_MUNICH) == light

    def test_takes_the_cheapest_carrier_and_of_those_the_faster(self) -> None:
        slow, fast = rate(lead_days=3), rate(lead_days=1, carrier="UPS")
        assert choose_rate([slow, fast, rate("5.01", carrier="GLS")], TO_MUNICH) == fast

    @pytest.mark.parametrize(
        ("postcode", "cost"), [("27498", "9.00"), ("27-4 12", "7.00"), ("80331", "4.00")]
    )
    def test_prefers_the_zone_whose_postcodes_begin_most_alike(
        self, postcode: str, cost: str
    ) -> None:
        rates = [
            rate("4.00", country="DE"),
            rate("9.00", country="DE", zone=["18565", "27498"]),
            rate("7.00", country="DE", zone=["274"]),
        ]
        parcel = Parcel(1, 500, Destination("DE", postcode), None, "EUR")
        for order in (rates, rates[::-1]):
            assert choose_rate(order, parcel) == next(r for r in rates if r.cost == Decimal(cost))

    def test_takes_the_countrys_rate_where_the_zones_step_is_too_light(self) -> None:
        rates = [rate("4.00", country="DE"), rate("9.00", country="DE", zone=["8"], up_to_grams=9)]
        assert choose_rate(rates, TO_MUNICH) == rates[0]

    def test_knows_no_zone_elsewhere(self) -> None:
        assert choose_rate([rate(country="DE", zone=["27498"])], TO_MUNICH) is None


class TestComputeArrival:
    @pytest.mark.parametrize(
        ("ordered", "arrives"),
        [
            ("2026-11-05 12:59", "2026-11-06"),  # Thursday 13:59 in Berlin: leaves today
            ("2026-11-05 13:00", "2026-11-09"),  # Thursday 14:00: leaves on Friday
            ("2026-11-06 13:30", "2026-11-10"),  # Friday 14:30: leaves on Monday
            ("2026-11-07 08:00", "2026-11-10"),  # Saturday: leaves on Monday
            ("2026-11-05 23:30", "2026-11-09"),  # Friday 00:30 in Berlin: leaves today
        ],
    )
    def test_counts_cut_off_and_working_days_of_the_place(self, ordered: str, arrives: str) -> None:
        now = dt.datetime.fromisoformat(f"{ordered}+00:00")
        assert str(compute_arrival(BERLIN_CALENDAR, 1, now=now)) == arrives

    def test_skips_holidays(self) -> None:
        calendar = Calendar("Europe/Berlin", dt.time(14), {1, 2, 3, 4, 5}, {dt.date(2026, 11, 9)})
        assert compute_arrival(calendar, 1, now=FRIDAY) == dt.date(2026, 11, 10)

    def test_knows_no_day_where_nobody_works(self) -> None:
        assert compute_arrival(Calendar("UTC", dt.time(14), ()), 1, now=FRIDAY) is None


class TestComputeDistance:
    def test_follows_the_globe(self) -> None:
        assert round(compute_distance_km(LEIPZIG, PARIS)) == 765
        assert round(compute_distance_km((0, 179.5), (0, -179.5))) == 111


class TestListPrefixes:
    def test_goes_from_the_whole_postcode_to_the_country(self) -> None:
        assert list_prefixes("ec1 2") == ["EC12", "EC1", "EC", "E", ""]

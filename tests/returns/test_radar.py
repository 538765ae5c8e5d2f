"""Defects that stand out, what they have in common, and how many are still to come."""

from __future__ import annotations

import random

import pytest

from returns.defects.accuracy import Judged, score, score_by_month, score_by_type
from returns.defects.causes import Unit, find_causes, find_words
from returns.defects.forecasting import Lives, compute_hazards, forecast
from returns.defects.radar import Failed, Sold, find_suspects

LEAK = 7


def lots(**units: int) -> list[Sold]:
    return [Sold(1, "coffee", lot, count, count * 200.0) for lot, count in units.items()]


def leaks(**units: int) -> list[Failed]:
    return [Failed(1, lot, LEAK, count) for lot, count in units.items()]


class TestTheRadar:
    def test_finds_the_one_lot_that_fails(self) -> None:
        (found,) = find_suspects(lots(a=400, b=1600, c=2000), leaks(a=20, b=8, c=10))
        assert (found.lot, found.defects, found.units_sold) == ("a", 20, 400)
        assert found.expected == pytest.approx(2.0)
        assert found.p_value < found.q_value < 1e-6

    def test_says_nothing_of_chance(self) -> None:
        assert find_suspects(lots(a=400, b=1600), leaks(a=3, b=9)) == []

    def test_says_nothing_of_two(self) -> None:
        assert find_suspects(lots(a=1, b=100_000), leaks(a=2)) == []

    def test_says_nothing_where_there_is_nothing_to_compare_with(self) -> None:
        assert find_suspects(lots(a=100), leaks(a=90)) == []

    def test_does_not_blame_a_lot_for_its_age(self) -> None:
        """Twenty defects in four hundred units, of which all were sold four times as long ago."""
        old = Sold(1, "coffee", "a", 400, 400 * 800.0)
        new = Sold(1, "coffee", "b", 1600, 1600 * 200.0)
        assert find_suspects([old, new], leaks(a=20, b=20)) == []

    def test_compares_a_sku_with_its_category(self) -> None:
        sold = [Sold(pk, "coffee", "", 1000, 200_000.0) for pk in (1, 2, 3)]
        sold.append(Sold(4, "bags", "", 10, 2000.0))
        failed = [Failed(pk, "", LEAK, count) for pk, count in ((1, 30), (2, 4), (3, 5))]
        (found,) = find_suspects(sold, failed)
        assert (found.variant_id, found.lot) == (1, "")
        assert found.expected == pytest.approx(4.5)

    def test_tells_a_lot_and_not_its_sku_as_well(self) -> None:
        sold = [*lots(a=400, b=1600), Sold(2, "coffee", "", 2000, 400_000.0)]
        found = find_suspects(sold, [*leaks(a=20, b=4), Failed(2, "", LEAK, 4)])
        assert [(one.variant_id, one.lot) for one in found] == [(1, "a")]

    def test_of_a_thousand_quiet_lots_hardly_ever_cries(self) -> None:
        chance = random.Random(5)
        sold = [Sold(pk, "x", lot, 200, 40_000.0) for pk in range(200) for lot in "abcde"]
        failed = [
            Failed(row.variant_id, row.lot, LEAK, sum(chance.random() < 0.01 for _ in range(200)))
            for row in sold
        ]
        assert len(find_suspects(sold, [row for row in failed if row.units])) <= 1


class TestCauses:
    UNITS = (
        Unit({"lot": "8813", "channel": "web"}, 200, 30),
        Unit({"lot": "8813", "channel": "store"}, 100, 14),
        Unit({"lot": "8814", "channel": "web"}, 900, 6),
        Unit({"lot": "8815", "channel": "store"}, 800, 5),
    )

    def test_put_first_what_explains_most(self) -> None:
        first = find_causes(self.UNITS)[0]
        assert (first.factor, first.level, first.units, first.defects) == ("lot", "8813", 300, 44)
        assert first.is_sure
        assert first.low > 1
        # 44 seen, 300 × 11/1700 = 1.94 had it failed like the rest, of 55 in all.
        assert first.explains == pytest.approx((44 - 300 * 11 / 1700) / 55)

    def test_are_honest_about_small_numbers(self) -> None:
        (only,) = find_causes([Unit({"lot": "a"}, 4, 1), Unit({"lot": "b"}, 60, 2)])
        assert (only.is_sure, only.is_few) == (False, True)
        assert only.low < 1 < only.high

    def test_are_none_where_all_is_alike(self) -> None:
        assert find_causes([Unit({"lot": "a"}, 100, 5)]) == []
        assert find_causes([]) == []

    def test_may_be_a_word(self) -> None:
        here = [["pump", "hums"], ["the", "pump", "drips"], ["pump"], ["lid"]]
        there = [["lid", "cracked"], ["colour"], ["lid"], ["handle"]] * 3
        first = find_words(here, there)[0]
        assert (first.word, first.reports, first.of, first.elsewhere) == ("pump", 3, 4, 0.0)
        assert find_words([], []) == []


class TestAForecast:
    def test_lives_through_the_hazards_of_each_month(self) -> None:
        """100 units: 10 fail in their first month, 9 in their second; 81 are three months old."""
        lives = Lives(failed={0: 10, 1: 9}, whole={2: 81})
        first, second, third = compute_hazards(lives, until=3)
        assert (first.hazard, second.hazard, third.hazard) == (0.1, 0.1, 0.0)
        assert second.survive == pytest.approx(0.81)  # Kaplan and Meier

    def test_counts_what_young_units_will_do(self) -> None:
        old = Lives(failed={0: 10, 1: 9}, whole={2: 81})
        young = Lives(failed={}, whole={0: 200})
        found = forecast(young, until=3, taught_by=old)
        # Half of a month at 10 %, then a month at 10 %, then one at nothing.
        assert found.expected == pytest.approx(200 * 0.05 + 200 * 0.95 * 0.1)
        assert sum(found.by_month) == pytest.approx(found.expected)
        assert found.low < found.expected < found.high
        assert (found.in_hands, found.seen) == (200, 19)

    def test_says_where_it_guesses(self) -> None:
        found = forecast(Lives(failed={0: 4}, whole={1: 96}), until=24)
        assert found.beyond == 2

    def test_of_units_past_their_warranty_is_nothing(self) -> None:
        found = forecast(Lives(failed={1: 3}, whole={30: 50}), until=24)
        assert (found.in_hands, found.expected, found.low, found.high) == (0, 0.0, 0, 0)

    def test_of_nothing_is_nothing(self) -> None:
        assert forecast(Lives(failed={}, whole={}), until=24).expected == 0.0


class TestAccuracy:
    JUDGED = (
        *[Judged("2026-10", "leak", said=True, found=True)] * 8,
        *[Judged("2026-10", "leak", said=True, found=False)] * 2,
        *[Judged("2026-11", "screen", said=False, found=True)] * 1,
        *[Judged("2026-11", "screen", said=False, found=False)] * 9,
    )

    def test_is_measured_each_way(self) -> None:
        all_of_it = score(self.JUDGED)
        assert (all_of_it.cases, all_of_it.accuracy) == (20, 0.85)
        assert all_of_it.precision == 0.8
        assert all_of_it.recall == pytest.approx(8 / 9)
        low, high = all_of_it.interval
        assert low < 0.85 < high

    def test_is_known_by_type_and_month(self) -> None:
        assert [one.label for one in score_by_type(self.JUDGED)] == ["leak", "screen"]
        by_month = {one.label: one.accuracy for one in score_by_month(self.JUDGED)}
        assert by_month == {"2026-10": 0.8, "2026-11": 0.9}

    def test_of_nothing_is_unknown(self) -> None:
        nothing = score([])
        assert (nothing.accuracy, nothing.precision, nothing.recall) == (None, None, None)

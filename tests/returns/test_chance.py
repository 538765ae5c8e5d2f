"""The formulas of chance against values worked out another way: whole fractions, no floats."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returns.defects.chance import (
    adjust,
    compare_rates,
    compute_binomial_tail,
    compute_count_interval,
    compute_ratio_interval,
    compute_share_interval,
)


def exact_tail(at_least: int, of: int, share: Fraction) -> Fraction:
    return sum(
        (
            math.comb(of, k) * share**k * (1 - share) ** (of - k)
            for k in range(max(0, at_least), of + 1)
        ),
        Fraction(0),
    )


class TestATail:
    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40))
    def test_is_the_sum_of_its_fractions(self, k: int, n: int, fortieths: int) -> None:
        share = Fraction(fortieths, 40)
        expected = float(exact_tail(k, n, share))
        assert compute_binomial_tail(k, n, float(share)) == pytest.approx(expected, abs=1e-12)

    def test_of_many_units_stays_exact_far_out(self) -> None:
        expected = float(exact_tail(40, 400, Fraction(1, 100)))
        assert compute_binomial_tail(40, 400, 0.01) == pytest.approx(expected, rel=1e-9)
        assert 0 < expected < 1e-20


class TestTwoRates:
    @pytest.mark.parametrize(
        ("events", "exposure", "others", "other_exposure"),
        [(5, 100, 5, 100), (12, 100, 4, 300), (0, 10, 9, 90), (3, 1, 0, 9), (7, 2000, 9, 1000)],
    )
    def test_are_compared_given_how_many_there_are_in_all(
        self, events: int, exposure: int, others: int, other_exposure: int
    ) -> None:
        share = Fraction(exposure, exposure + other_exposure)
        expected = float(exact_tail(events, events + others, share))
        assert compare_rates(events, exposure, others, other_exposure) == pytest.approx(expected)

    def test_cannot_be_compared_with_nothing(self) -> None:
        assert compare_rates(9, 100, 0, 0) == 1.0
        assert compare_rates(9, 0, 0, 100) == 1.0

    def test_raise_false_alarms_no_more_often_than_they_say(self) -> None:
        """Over all outcomes of equal rates, p ≤ 0.05 comes up in at most 5 % of cases."""
        total, share = 30, Fraction(1, 3)
        alarms = sum(
            (
                math.comb(total, k) * share**k * (1 - share) ** (total - k)
                for k in range(total + 1)
                if compare_rates(k, 100, total - k, 200) <= 0.05
            ),
            Fraction(0),
        )
        assert 0 < alarms <= Fraction(5, 100)


class TestAnInterval:
    @pytest.mark.parametrize(("events", "of"), [(0, 10), (1, 10), (5, 10), (10, 10), (3, 200)])
    def test_of_a_share_has_its_tails_at_its_ends(self, events: int, of: int) -> None:
        low, high = compute_share_interval(events, of)
        assert low <= events / of <= high
        if events:
            assert compute_binomial_tail(events, of, low) == pytest.approx(0.025, abs=1e-6)
        if events < of:
            assert 1 - compute_binomial_tail(events + 1, of, high) == pytest.approx(0.025, abs=1e-6)

    def test_of_no_events_is_that_of_the_textbook(self) -> None:
        assert compute_share_interval(0, 10)[1] == pytest.approx(1 - 0.025 ** (1 / 10))

    def test_of_nothing_says_nothing(self) -> None:
        assert compute_share_interval(0, 0) == (0.0, 1.0)

    def test_of_a_ratio_holds_the_ratio(self) -> None:
        low, high = compute_ratio_interval(12, 100, 4, 300)
        assert low < (12 / 100) / (4 / 300) < high
        assert low > 1
        assert compute_ratio_interval(3, 100, 0, 100)[1] == math.inf

    @pytest.mark.parametrize(("mean", "seen"), [(4.0, 3), (4.0, 50), (0.2, 5), (120.0, 400)])
    def test_of_a_count_holds_so_much_of_its_distribution(self, mean: float, seen: int) -> None:
        low, high = compute_count_interval(mean, seen)
        mass = [negative_binomial(k, mean, seen + 0.5) for k in range(high + 1)]
        assert sum(mass) >= 0.975
        assert sum(mass[:-1]) < 0.975
        assert sum(mass[:low]) <= 0.025

    def test_of_a_count_is_wider_the_less_was_seen(self) -> None:
        few, many = compute_count_interval(10, 2), compute_count_interval(10, 500)
        assert few[1] - few[0] > many[1] - many[0]
        assert compute_count_interval(0, 5) == (0, 0)


def negative_binomial(k: int, mean: float, size: float) -> float:
    p = size / (size + mean)
    return (
        math.gamma(k + size) / math.gamma(size) / math.factorial(k) * p**size * (1 - p) ** k
        if k + size < 160
        else math.exp(
            math.lgamma(k + size)
            - math.lgamma(size)
            - math.lgamma(k + 1)
            + size * math.log(p)
            + k * math.log(1 - p)
        )
    )


class TestFalseDiscoveries:
    def test_are_controlled_as_in_the_paper(self) -> None:
        """Benjamini and Hochberg (1995), the fifteen p-values of their example."""
        p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
            0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
        ]  # fmt: skip
        assert sum(q <= 0.05 for q in adjust(p_values)) == 4

    def test_of_none_are_none(self) -> None:
        assert adjust([]) == []

    @settings(max_examples=50)
    @given(st.lists(st.floats(0, 1), max_size=12))
    def test_never_make_a_p_value_smaller_or_change_the_order(self, p_values: list[float]) -> None:
        adjusted = adjust(p_values)
        assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
        by_p = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
        assert by_p == sorted(by_p)

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    MixedCurrencies,
    Money,
    UnknownCurrency,
    exponent,
    quantum,
    round_half_up,
)

amounts = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=6)
currencies = st.sampled_from(["JPY", "EUR", "KWD"])


class TestExponent:
    @pytest.mark.parametrize(
        ("currency", "digits"),
        [("EUR", 2), ("GBP", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3)],
    )
    def test_is_the_currency_s_own(self, currency: str, digits: int) -> None:
        assert exponent(currency) == digits

    @pytest.mark.parametrize("code", ["", "eur", "XXY", "EURO"])
    def test_of_no_currency_is_refused(self, code: str) -> None:
        with pytest.raises(UnknownCurrency):
            exponent(code)


class TestRoundHalfUp:
    @pytest.mark.parametrize(
        ("amount", "currency", "rounded"),
        [
            ("0.005", "EUR", "0.01"),
            ("-0.005", "EUR", "-0.01"),
            ("2.675", "EUR", "2.68"),
            ("0.5", "JPY", "1"),
            ("1.4999", "JPY", "1"),
            ("0.0005", "KWD", "0.001"),
        ],
    )
    def test_takes_halves_away_from_zero(self, amount: str, currency: str, rounded: str) -> None:
        assert round_half_up(Decimal(amount), currency) == Decimal(rounded)

    @given(amounts, currencies)
    def test_moves_by_half_a_unit_at_most_and_only_once(
        self, amount: Decimal, currency: str
    ) -> None:
        rounded = round_half_up(amount, currency)
        assert abs(rounded - amount) <= quantum(currency) / 2
        assert round_half_up(rounded, currency) == rounded


class TestMoney:
    def test_adds_and_compares_within_one_currency(self) -> None:
        ten, four = Money(Decimal(10), "EUR"), Money(Decimal(4), "EUR")
        assert ten - four == Money(Decimal(6), "EUR")
        assert four < ten
        assert four <= four
        assert -(ten + four) == Money(Decimal(-14), "EUR")
        assert not Money.zero("EUR")

    @pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
    def test_refuses_to_mix_currencies(self, operation: str) -> None:
        with pytest.raises(MixedCurrencies):
            getattr(Money(Decimal(1), "EUR"), operation)(Money(Decimal(1), "USD"))

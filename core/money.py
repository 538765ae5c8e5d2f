"""Amounts of money: a decimal and its currency, rounded half-up to the currency's own exponent.

Exponents are those of ISO 4217 as CLDR carries them (JPY 0, EUR 2, KWD 3). Rounding happens
only at posting; sums and shares keep full precision until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import format_currency, get_currency_precision, list_currencies

from core.errors import BadInput

ZERO = Decimal(0)


class MixedCurrencies(BadInput):
    """Two amounts of different currencies met in one sum."""

    code = "mixed_currencies"


class UnknownCurrency(BadInput):
    """Not a currency code of ISO 4217."""

    code = "unknown_currency"


@cache
def _known_currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def exponent(currency: str) -> int:
    """Digits after the point in `currency`, by ISO 4217."""
    if currency not in _known_currencies():
        raise UnknownCurrency(f"“{currency}” is not a currency code.", field="currency")
    return get_currency_precision(currency)


@cache
def quantum(currency: str) -> Decimal:
    """The smallest amount that can be posted: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-exponent(currency))


def round_half_up(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the currency's exponent, halves away from zero."""
    return amount.quantize(quantum(currency), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that knows its currency and refuses to be added to another one."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(ZERO, currency)

    def rounded(self) -> Money:
        return Money(round_half_up(self.amount, self.currency), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise MixedCurrencies(f"{self.currency} and {other.currency} cannot be summed.")
        return other.amount

    def format(self, locale: str) -> str:
        """For people: digits, grouping and sign by `locale`, always at the currency's exponent."""
        return format_currency(
            round_half_up(self.amount, self.currency),
            self.currency,
            locale=locale.replace("-", "_"),
        )

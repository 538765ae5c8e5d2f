"""Amounts as Stripe counts them: whole numbers of its own smallest unit of each currency.

Its units are not those of ISO 4217: some currencies without decimals are counted in hundredths
for the sake of older programs, and where there are three decimals the last one must be zero.
https://docs.stripe.com/currencies
"""

from __future__ import annotations

from decimal import Decimal

WHOLE = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
THREE_DIGITS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# Counted in hundredths, though nothing below the whole can be paid.
WHOLE_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})


class NotPayable(ValueError):
    """An amount that Stripe cannot take to the last digit. It is never rounded here."""


def to_minor(amount: Decimal, currency: str) -> int:
    """What `amount` is in Stripe's unit, exactly."""
    units = amount.scaleb(_digits(currency))
    step = 10 if currency in THREE_DIGITS else 100 if currency in WHOLE_IN_HUNDREDTHS else 1
    if units % step:
        raise NotPayable(f"{amount} {currency}")
    return int(units)


def from_minor(units: int, currency: str) -> Decimal:
    return Decimal(units).scaleb(-_digits(currency.upper()))


def _digits(currency: str) -> int:
    if currency in WHOLE:
        return 0
    return 3 if currency in THREE_DIGITS else 2

"""A credit as arithmetic anybody can redo: from the list price to what the units are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.rules import LineCredit, compute_line_credit, slice_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldAs:
    """The frozen money of an order line, as its order counts prices."""

    quantity: int
    list_price: Decimal
    line_discount: Decimal
    discount_share: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    includes_tax: bool
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What some units of a line are worth, taken apart. The first five make the value.

    `rounding` is what slices of parts and the slice of the whole differ by. `pennies` are the
    units that are worth another amount than most, with that amount: the penny of the division
    lies on them.
    """

    listed: Decimal
    line_discount: Decimal
    discount_share: Decimal
    rounding: Decimal
    priced: Decimal
    tax: Decimal
    gross: Decimal
    usual: Decimal
    pennies: tuple[tuple[int, Decimal], ...] = ()


def take_apart(sold: SoldAs, units: Sequence[int]) -> Slice:
    """The slice of these units, with the discounts below zero."""
    value = _value(sold, units)
    priced = value.gross if sold.includes_tax else value.net
    listed = sold.list_price * len(units)
    line_discount = -_slice(sold, sold.line_discount, units)
    share = -_slice(sold, sold.discount_share, units)
    each = {unit: _priced(sold, [unit]) for unit in range(1, sold.quantity + 1)}
    amounts = sorted(each.values())
    usual = max(set(amounts), key=lambda amount: (amounts.count(amount), -amount))
    return Slice(
        listed=listed,
        line_discount=line_discount,
        discount_share=share,
        rounding=priced - listed - line_discount - share,
        priced=priced,
        tax=value.tax,
        gross=value.gross,
        usual=usual,
        pennies=tuple((unit, each[unit]) for unit in sorted(units) if each[unit] != usual),
    )


def _priced(sold: SoldAs, units: Sequence[int]) -> Decimal:
    value = _value(sold, units)
    return value.gross if sold.includes_tax else value.net


def _value(sold: SoldAs, units: Sequence[int]) -> LineCredit:
    return compute_line_credit(
        net=sold.net,
        tax=sold.tax,
        gross=sold.gross,
        quantity=sold.quantity,
        prices_include_tax=sold.includes_tax,
        units=units,
        currency=sold.currency,
    )


def _slice(sold: SoldAs, amount: Decimal, units: Sequence[int]) -> Decimal:
    return slice_amount(amount, quantity=sold.quantity, units=units, currency=sold.currency)

"""What is shared over all goods of an order: its shipping, and the discount of a promotion."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO
from orders.rules import LineCredit, share_by_largest_remainder, slice_amount
from returns.rules.crediting import NOTHING, add, negate


def slice_shipping(
    paid: LineCredit,
    *,
    weights: Sequence[Decimal],
    at: int,
    quantity: int,
    units: Collection[int],
    currency: str,
) -> LineCredit:
    """What units of the line at position `at` bear of what was `paid` for shipping, by value.

    Largest remainder over the lines, then the slice of the units: all units of all lines, in
    whatever order of cases, bear exactly all of it.
    """

    def part(amount: Decimal) -> Decimal:
        of_line = share_by_largest_remainder(amount, weights, currency)[at]
        return slice_amount(of_line, quantity=quantity, units=units, currency=currency)

    gross, tax = part(paid.gross), part(paid.tax)
    return LineCredit(net=gross - tax, tax=tax, gross=gross)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotedLine:
    """An order line with its share of the order discount, `priced` as the order counts prices.

    `gone` are units that were credited, `faulty` those of them that came back by our fault.
    """

    quantity: int
    priced: Decimal
    tax: Decimal
    discount: Decimal
    includes_tax: bool
    gone: frozenset[int] = frozenset()
    faulty: frozenset[int] = frozenset()

    @property
    def stays(self) -> frozenset[int]:
        return frozenset(range(1, self.quantity + 1)) - self.gone


def compute_claw_back(
    lines: Sequence[PromotedLine], *, minimum: Decimal, currency: str
) -> LineCredit:
    """Below zero: the discount on what stays, where that alone would not have earned it.

    Goods that came back by our fault still count as bought. Nothing stays, nothing is taken.
    """
    value = sum(
        (
            _slice(line, line.priced + line.discount, line.stays | line.faulty, currency)
            for line in lines
        ),
        ZERO,
    )
    if value >= minimum or not any(line.gone - line.faulty for line in lines):
        return NOTHING
    return negate(add([_discount_on(line, currency) for line in lines]))


def _discount_on(line: PromotedLine, currency: str) -> LineCredit:
    """The discount on what stays, with the tax that it saved."""
    saved_tax = line.discount * line.tax / line.priced if line.priced else ZERO
    discount = _slice(line, line.discount, line.stays, currency)
    tax = _slice(line, saved_tax, line.stays, currency)
    if line.includes_tax:
        return LineCredit(net=discount - tax, tax=tax, gross=discount)
    return LineCredit(net=discount, tax=tax, gross=discount + tax)


def _slice(line: PromotedLine, amount: Decimal, units: Collection[int], currency: str) -> Decimal:
    return slice_amount(amount, quantity=line.quantity, units=sorted(units), currency=currency)

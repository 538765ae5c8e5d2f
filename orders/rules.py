"""Money of a sold line: frozen once at intake, sliced by unit number ever after.

The arithmetic is normative (domain.md §7.1 to §7.5). Everything here is pure: decimals and
dataclasses in, dataclasses out, no database and no clock. Amounts carry the currency's own
exponent (JPY 0, EUR 2, KWD 3) and are rounded half-up only where money is posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import lcm
from typing import Protocol

from core.errors import BadInput, DomainError
from core.money import quantum, round_half_up

ZERO = Decimal(0)


class DiscountExceedsValue(BadInput):
    """A discount is larger than what it is taken from."""

    code = "discount_exceeds_value"


class UnitsOutOfRange(BadInput):
    """A unit number that the line does not have, or one named twice."""

    code = "units_out_of_range"


class NotReturnable(DomainError):
    """More units are asked back than have shipped and are not back, open or kept already.

    ``lines`` holds, per order line id, how many were asked for and how many there are.
    """

    code = "not_returnable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """One line as the channel states it.

    ``unit_price`` is before discounts and carries tax where the order is tax-inclusive;
    ``line_discount`` and ``tax`` are for the whole quantity. ``tax`` None means that the channel
    states none for this line: it follows from ``tax_rate`` (0.0825 for 8.25 %), or from the
    order's tax where neither stands.
    """

    number: int
    quantity: int
    unit_price: Decimal
    line_discount: Decimal = ZERO
    tax: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLine:
    """What a line cost, to the last minor unit. Never computed again."""

    number: int
    quantity: int
    currency: str
    prices_include_tax: bool
    list_price: Decimal
    line_discount: Decimal
    order_discount_share: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCredit:
    """What some units of a frozen line are worth."""

    net: Decimal
    tax: Decimal
    gross: Decimal


class FrozenAmounts(Protocol):
    """A line with frozen money, planned (`FrozenLine`) or stored (`OrderLine`)."""

    @property
    def quantity(self) -> int: ...
    @property
    def list_price(self) -> Decimal: ...
    @property
    def line_discount(self) -> Decimal: ...
    @property
    def order_discount_share(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def gross(self) -> Decimal: ...


def share_by_largest_remainder(
    total: Decimal, weights: Sequence[Decimal], currency: str
) -> list[Decimal]:
    """`total` in whole minor units by `weights`, summing exactly; ties to the lowest position.

    A negative total is shared like a positive one. Weights that are all zero share alike, since
    the total has to go somewhere.
    """
    if not weights:
        return []
    if any(weight < 0 for weight in weights):
        raise BadInput("A weight cannot be negative.", field="weights")
    step = quantum(currency)
    sign = -1 if total < 0 else 1
    whole = int(abs(total) / step)
    if not whole:
        return [ZERO * step] * len(weights)
    parts = _whole_parts(weights)
    shares = [divmod(whole * part, sum(parts)) for part in parts]
    floors = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    for position in by_remainder[: whole - sum(floors)]:
        floors[position] += 1
    return [sign * minor * step for minor in floors]


def _whole_parts(weights: Sequence[Decimal]) -> list[int]:
    """The weights as whole numbers in the same proportion, exactly."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(divisor for _, divisor in ratios))
    parts = [part * (common // divisor) for part, divisor in ratios]
    return parts if any(parts) else [1] * len(parts)


def freeze_line(
    line: SoldLine, *, order_discount_share: Decimal, currency: str, prices_include_tax: bool
) -> FrozenLine:
    """The line after its share of the order discount, with the channel's own tax kept as it is."""
    value = _value_after_line_discount(line, currency) - order_discount_share
    if value < 0:
        raise DiscountExceedsValue(
            f"Line {line.number} is discounted by more than it costs.", field="discount_total"
        )
    tax = _tax_of(line, value=value, currency=currency, prices_include_tax=prices_include_tax)
    net, gross = (value - tax, value) if prices_include_tax else (value, value + tax)
    return FrozenLine(
        number=line.number,
        quantity=line.quantity,
        currency=currency,
        prices_include_tax=prices_include_tax,
        list_price=line.unit_price,
        line_discount=line.line_discount,
        order_discount_share=order_discount_share,
        net=net,
        tax=tax,
        gross=gross,
    )


def freeze_order(
    lines: Sequence[SoldLine],
    *,
    order_discount: Decimal = ZERO,
    order_tax: Decimal | None = None,
    currency: str,
    prices_include_tax: bool,
) -> list[FrozenLine]:
    """All lines, their discount shares summing exactly to `order_discount`.

    `order_discount` is what the lines do not carry already. `order_tax` is the tax on goods that
    the channel states for the order as a whole: what the lines leave of it is shared by value, so
    that the frozen taxes sum to it.
    """
    values = [_value_after_line_discount(line, currency) for line in lines]
    if order_discount > sum(values):
        raise DiscountExceedsValue(
            "The order discount is more than the lines cost.", field="discount_total"
        )
    shares = share_by_largest_remainder(order_discount, values, currency)
    frozen = [
        freeze_line(
            line,
            order_discount_share=share,
            currency=currency,
            prices_include_tax=prices_include_tax,
        )
        for line, share in zip(lines, shares, strict=True)
    ]
    if order_tax is None:
        return frozen
    return _with_order_tax(frozen, order_tax=order_tax, currency=currency)


def slice_amount(amount: Decimal, *, quantity: int, units: Iterable[int], currency: str) -> Decimal:
    """What the numbered `units` (1-based) are worth of a frozen `amount` over `quantity` units.

    Unit n is worth R(A·n/q) − R(A·(n−1)/q). The slices telescope: all units, in whatever order of
    cases, are worth exactly A (domain.md §7.3).
    """
    return sum(
        (
            round_half_up(amount * unit / quantity, currency)
            - round_half_up(amount * (unit - 1) / quantity, currency)
            for unit in _checked_units(units, quantity)
        ),
        ZERO,
    )


def compute_line_credit(
    *,
    net: Decimal,
    tax: Decimal,
    gross: Decimal,
    quantity: int,
    prices_include_tax: bool,
    units: Iterable[int],
    currency: str,
) -> LineCredit:
    """The goods credit for `units` of a frozen line of `quantity`; today's price has no say.

    Where prices include tax, gross and tax are sliced and net is their difference; elsewhere net
    and tax are sliced and gross is their sum (domain.md §7.4).
    """
    chosen = _checked_units(units, quantity)

    def part(amount: Decimal) -> Decimal:
        return slice_amount(amount, quantity=quantity, units=chosen, currency=currency)

    tax_part = part(tax)
    if prices_include_tax:
        gross_part = part(gross)
        return LineCredit(net=gross_part - tax_part, tax=tax_part, gross=gross_part)
    net_part = part(net)
    return LineCredit(net=net_part, tax=tax_part, gross=net_part + tax_part)


class UnitCounters(Protocol):
    """A line that knows how many of its units may still be asked back."""

    @property
    def pk(self) -> int: ...

    @property
    def returnable(self) -> int: ...


def check_returnable(lines: Sequence[UnitCounters], *, quantities: Mapping[int, int]) -> None:
    """Refuse more units than can come back, naming every line that is short (domain.md §3).

    `quantities` is by line id. Raises NotReturnable.
    """
    short = [line for line in lines if quantities[line.pk] > line.returnable]
    if short:
        names = ", ".join(str(line) for line in short)
        raise NotReturnable(
            f"There are not that many units to return of: {names}.",
            lines={
                line.pk: {"wanted": quantities[line.pk], "returnable": line.returnable}
                for line in short
            },
        )


def frozen_facts(
    *,
    currency: str,
    prices_include_tax: bool,
    shipping_total: Decimal,
    shipping_tax: Decimal,
    grand_total: Decimal,
    lines: Sequence[FrozenAmounts],
) -> dict[str, str]:
    """Everything about an order's money that may never change, by field, as text.

    Amounts are written with the digits they are stored with, so that a fact read from a document
    equals the same fact read from the database.
    """
    facts = {
        "currency": currency,
        "prices_include_tax": str(prices_include_tax),
        "shipping_total": f"{shipping_total:.4f}",
        "shipping_tax": f"{shipping_tax:.4f}",
        "grand_total": f"{grand_total:.4f}",
    }
    for number, line in enumerate(lines):
        facts[f"lines[{number}].quantity"] = str(line.quantity)
        facts[f"lines[{number}].unit_price"] = f"{line.list_price:.6f}"
        for field in ("line_discount", "order_discount_share", "net", "tax", "gross"):
            facts[f"lines[{number}].{field}"] = f"{getattr(line, field):.4f}"
    return facts


def compare_facts(frozen: dict[str, str], received: dict[str, str]) -> dict[str, list[str]]:
    """Where two versions of an order differ in money: field → what was frozen, what came."""
    return {
        field: [frozen.get(field, ""), received.get(field, "")]
        for field in {**frozen, **received}
        if frozen.get(field) != received.get(field)
    }


def _value_after_line_discount(line: SoldLine, currency: str) -> Decimal:
    if line.quantity < 1:
        raise BadInput(f"Line {line.number} sells no unit.", field="quantity")
    value = round_half_up(line.unit_price * line.quantity, currency) - line.line_discount
    if value < 0:
        raise DiscountExceedsValue(
            f"Line {line.number} is discounted by more than it costs.", field="discount_total"
        )
    return value


def _tax_of(line: SoldLine, *, value: Decimal, currency: str, prices_include_tax: bool) -> Decimal:
    if line.tax is not None:
        return line.tax
    if line.tax_rate is None:
        return ZERO
    base = 1 + line.tax_rate if prices_include_tax else Decimal(1)
    return round_half_up(value * line.tax_rate / base, currency)


def _with_order_tax(
    frozen: list[FrozenLine], *, order_tax: Decimal, currency: str
) -> list[FrozenLine]:
    """Tax that is missing on the lines goes by their value, tax that is too much by their tax."""
    left = order_tax - sum((line.tax for line in frozen), ZERO)
    if not left:
        return frozen
    weights = [line.tax if left < 0 else line.gross for line in frozen]
    shares = share_by_largest_remainder(left, weights, currency)
    return [_taxed(line, share) for line, share in zip(frozen, shares, strict=True)]


def _taxed(line: FrozenLine, more: Decimal) -> FrozenLine:
    if line.prices_include_tax:
        return replace(line, tax=line.tax + more, net=line.net - more)
    return replace(line, tax=line.tax + more, gross=line.gross + more)


def _checked_units(units: Iterable[int], quantity: int) -> list[int]:
    chosen = list(units)
    if len(set(chosen)) != len(chosen) or not all(1 <= unit <= quantity for unit in chosen):
        raise UnitsOutOfRange(
            f"Units {chosen} are not units 1 to {quantity}, each once.", field="units"
        )
    return chosen

"""What accepted goods credit, line by line: the arithmetic of domain §7.5 to §7.9, and no more.

Everything that is reckoned over several memos comes as a target and as what earlier memos hold of
it already; a memo takes the difference. So the sum over all memos of all cases is the same in
whatever parts the goods come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.money import ZERO, round_half_up
from orders.rules import LineCredit
from payments.rules import MemoLine
from policies.rules import RestockingFee, compute_restocking_fee

NOTHING = LineCredit(net=ZERO, tax=ZERO, gross=ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A part of the value that is not credited; a line of its own, with its tax."""

    kind: str
    title: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Units of one line that are credited alike. Goods that are kept bear no fees."""

    units: int
    value: LineCredit
    reductions: tuple[Reduction, ...] = ()
    bears_fee: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineToCredit:
    """A return line with its parts. `net_before` and `fee_before` are of earlier steps."""

    reference: str
    order_line_id: int
    title: str
    parts: tuple[Part, ...]
    fee: RestockingFee | None = None
    net_before: Decimal = ZERO
    fee_before: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the memos are to hold in all of one thing, and what they hold. Signed as on a memo."""

    kind: str
    title: str
    reference: str
    total: LineCredit
    before: LineCredit = NOTHING
    order_line_id: int | None = None


def compose_memo(
    lines: Sequence[LineToCredit], targets: Sequence[Target], *, currency: str
) -> list[MemoLine]:
    """Goods, what is taken off each, then what goes by order and by case; never below zero in all.

    Where fees would take more than there is, the last ones named give way first.
    """
    memo_lines = [made for line in lines for made in _credit_line(line, currency)]
    memo_lines += [made for target in targets if (made := _reach(target))]
    return _not_below_zero(memo_lines, currency)


def subtract(one: LineCredit, other: LineCredit) -> LineCredit:
    return LineCredit(
        net=one.net - other.net, tax=one.tax - other.tax, gross=one.gross - other.gross
    )


def negate(value: LineCredit) -> LineCredit:
    return subtract(NOTHING, value)


def add(values: Sequence[LineCredit]) -> LineCredit:
    return LineCredit(
        net=sum((value.net for value in values), ZERO),
        tax=sum((value.tax for value in values), ZERO),
        gross=sum((value.gross for value in values), ZERO),
    )


def reduce_value(value: LineCredit, rate: Decimal, currency: str) -> LineCredit:
    """What `rate` takes off: of the net, and of the tax slice in proportion (domain §7.8)."""
    net, tax = (round_half_up(rate * amount, currency) for amount in (value.net, value.tax))
    return LineCredit(net=net, tax=tax, gross=net + tax)


def _credit_line(line: LineToCredit, currency: str) -> list[MemoLine]:
    made: list[MemoLine] = []
    for part in line.parts:
        made.append(_write(line, "goods", line.title, part.value, quantity=part.units))
        left = part.value
        for reduction in part.reductions:
            off = reduce_value(left, reduction.rate, currency)
            left = subtract(left, off)
            if off.gross:
                made.append(_write(line, reduction.kind, reduction.title, negate(off)))
    fee = _compute_fee(line, currency)
    if fee:
        value = LineCredit(net=-fee, tax=ZERO, gross=-fee)
        made.append(_write(line, "restocking_fee", "Restocking fee", value))
    return made


def _compute_fee(line: LineToCredit, currency: str) -> Decimal:
    """The fee on all that has come of the line by now, less what earlier memos took of it."""
    now = sum((part.value.net for part in line.parts if part.bears_fee), ZERO)
    if not now:
        return ZERO
    due = compute_restocking_fee(fee=line.fee, goods_net=line.net_before + now, currency=currency)
    return due - line.fee_before


def _write(
    line: LineToCredit, kind: str, title: str, value: LineCredit, *, quantity: int = 0
) -> MemoLine:
    return MemoLine(
        kind=kind,
        order_line_id=line.order_line_id,
        reference=line.reference,
        title=title[:200],
        quantity=quantity,
        net=value.net,
        tax=value.tax,
        gross=value.gross,
    )


def _reach(target: Target) -> MemoLine | None:
    step = subtract(target.total, target.before)
    if not step.gross and not step.tax:
        return None
    return MemoLine(
        kind=target.kind,
        order_line_id=target.order_line_id,
        reference=target.reference,
        title=target.title[:200],
        net=step.net,
        tax=step.tax,
        gross=step.gross,
    )


def _not_below_zero(lines: list[MemoLine], currency: str) -> list[MemoLine]:
    """The same lines, the last deductions cut until the sum is not below zero."""
    short = -sum((line.gross for line in lines), ZERO)
    kept: list[MemoLine] = []
    for line in reversed(lines):
        if short > 0 and line.gross < 0:
            cut = min(short, -line.gross)
            short -= cut
            line = _cut(line, cut, currency)
        if line.gross or line.tax or line.kind == "goods":
            kept.append(line)
    return kept[::-1]


def _cut(line: MemoLine, amount: Decimal, currency: str) -> MemoLine:
    gross = line.gross + amount
    tax = round_half_up(line.tax * gross / line.gross, currency)
    return replace(line, net=gross - tax, tax=tax, gross=gross)

"""The money of a case, line by line: how it was reckoned, what is credited, and what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.events import reference
from core.money import ZERO
from orders.models import Order, OrderLine
from payments import queries as payments
from payments.models import CreditMemo, CreditMemoLine
from payments.rules import RefundPlan
from payments.states import MemoState
from returns.models import Return, ReturnLine
from returns.queries.lines import read_lines
from returns.rules import Slice, SoldAs, take_apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How an order discount was shared: this line's value of all values, and the whole discount."""

    value: Decimal
    of: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """A return line: its units, their value taken apart, and what its memos hold besides goods.

    `credited` is what issued memos give for it, fees off; `to_come` what the draft would.
    """

    line: ReturnLine
    units: list[int]
    slice: Slice
    weights: Weights | None
    others: list[CreditMemoLine]
    credited: Decimal
    to_come: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRefund:
    """A case. `shared` are memo lines of an order or the case as a whole; `plan` is how what is
    owed would go back now, None where nothing waits for it."""

    lines: list[ExplainedLine]
    shared: list[CreditMemoLine]
    memos: list[CreditMemo]
    applied: Decimal
    paid_out: Decimal
    pending: Decimal
    forgone: Decimal
    kept_back: Decimal
    plan: RefundPlan | None

    @property
    def credited(self) -> Decimal:
        return sum((memo.gross for memo in self.memos if _is_issued(memo)), ZERO)

    @property
    def to_come(self) -> Decimal:
        return sum((memo.gross for memo in self.memos if not _is_issued(memo)), ZERO)

    @property
    def owed(self) -> Decimal:
        """Issued, and neither spent nor on its way nor kept for a replacement."""
        gone = self.applied + self.paid_out + self.forgone + self.pending
        return self.credited - gone - self.kept_back


def explain_refund(case: Return) -> ExplainedRefund:
    """Everything from rows; nothing of what is issued is reckoned anew."""
    memos = payments.list_memos(reference(case))
    rows = list(
        CreditMemoLine.objects.filter(memo__in=memos)
        .select_related("memo", "order_line__order")
        .order_by("memo", "position")
    )
    by_line: defaultdict[str, list[CreditMemoLine]] = defaultdict(list)
    for row in rows:
        by_line[row.reference].append(row)
    lines = read_lines(case)
    ours = {reference(line) for line in lines}
    issued = [memo for memo in memos if _is_issued(memo)]
    return ExplainedRefund(
        lines=[_explain(line, by_line[reference(line)]) for line in lines],
        shared=[row for row in rows if row.reference not in ours],
        memos=memos,
        applied=sum((memo.applied for memo in issued), ZERO),
        paid_out=sum((memo.paid_out for memo in issued), ZERO),
        pending=sum((payments.sum_pending_refunds(reference(memo)) for memo in issued), ZERO),
        forgone=sum((memo.forgone for memo in issued), ZERO),
        kept_back=sum((memo.kept_back for memo in issued), ZERO),
        plan=plan_open_refund(case, issued),
    )


def explain_memo(case: Return, memo: CreditMemo) -> list[ExplainedLine]:
    """The lines of one issued memo: the units that it credits, taken apart."""
    rows = list(memo.lines.order_by("position"))
    for row in rows:
        row.memo = memo
    explained = []
    for line in read_lines(case):
        units = list_units_of(line, memo)
        if units:
            of_line = [row for row in rows if row.reference == reference(line)]
            explained.append(_explain(line, of_line, units))
    return explained


def list_units_of(line: ReturnLine, memo: CreditMemo) -> list[int]:
    """Which units of a line a memo credits."""
    claims = line.claims.filter(memo=memo).order_by("unit_number")
    return list(claims.values_list("unit_number", flat=True))


def plan_open_refund(case: Return, memos: Sequence[CreditMemo]) -> RefundPlan | None:
    """How what issued memos owe beside refunds on their way would go back, by payment."""
    owed = sum(
        (
            memo.unspent - memo.kept_back - payments.sum_pending_refunds(reference(memo))
            for memo in memos
            if memo.unspent
        ),
        ZERO,
    )
    if owed <= 0:
        return None
    orders = {line.order_line.order_id for line in read_lines(case)}
    return payments.plan_refund(order_ids=orders, amount=owed, currency=case.currency)


def _is_issued(memo: CreditMemo) -> bool:
    return memo.state != MemoState.DRAFT


def _explain(
    line: ReturnLine, rows: Sequence[CreditMemoLine], units: list[int] | None = None
) -> ExplainedLine:
    """`units` are those that are looked at, else all that the line holds."""
    if units is None:
        claims = line.claims.filter(freed_at__isnull=True).order_by("unit_number")
        units = list(claims.values_list("unit_number", flat=True))
    return ExplainedLine(
        line=line,
        units=units,
        slice=take_apart(_sold(line.order_line), units),
        weights=_weights(line.order_line),
        others=[row for row in rows if row.kind != CreditMemoLine.Kind.GOODS],
        credited=sum((row.gross for row in rows if _is_issued(row.memo)), ZERO),
        to_come=sum((row.gross for row in rows if not _is_issued(row.memo)), ZERO),
    )


def _sold(line: OrderLine) -> SoldAs:
    return SoldAs(
        quantity=line.quantity,
        list_price=line.list_price,
        line_discount=line.line_discount,
        discount_share=line.order_discount_share,
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        includes_tax=line.prices_include_tax,
        currency=line.currency,
    )


def _weights(line: OrderLine) -> Weights | None:
    if not line.order_discount_share:
        return None
    lines = _lines_of(line.order)
    return Weights(
        value=_before_share(line),
        of=sum((_before_share(each) for each in lines), ZERO),
        discount=sum((each.order_discount_share for each in lines), ZERO),
    )


def _lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("position"))


def _before_share(line: OrderLine) -> Decimal:
    priced: Decimal = line.gross if line.prices_include_tax else line.net
    return priced + line.order_discount_share

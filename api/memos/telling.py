from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from api.decisions.telling import CaseNamed, name_case
from api.shapes import AllowedAction, Amount, Moment, moment, money
from payments.models import CreditMemo, CreditMemoLine
from payments.states import MemoState
from returns.models import Return


class CreditMemoLineTold(TypedDict):
    """Goods are positive, fees and reductions negative lines of their own."""

    position: int
    kind: Annotated[str, CreditMemoLine.Kind]
    title: str
    order: str | None
    order_line: int | None
    quantity: int
    net: Amount
    tax: Amount
    gross: Amount


class CreditMemoTold(TypedDict):
    """What is owed for goods that came back. `number` is gapless, given when it is issued.

    `allowed_actions` is always empty: it is issued and settled by what becomes of its return.
    """

    object: Literal["credit_memo"]
    id: str
    number: str | None
    state: Annotated[str, MemoState]
    case: CaseNamed | None
    net: Amount
    tax: Amount
    gross: Amount
    applied: Amount
    paid_out: Amount
    lines: list[CreditMemoLineTold]
    drafted_at: Moment
    issued_at: Moment | None
    settled_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


def tell_memos(rows: Sequence[CreditMemo], *, livemode: bool) -> list[CreditMemoTold]:
    """With one query for all their returns."""
    keys = [row.case.partition(":")[2] for row in rows if row.case.startswith("return:")]
    cases = {f"return:{case.pk}": case for case in Return.objects.filter(pk__in=keys)}
    return [memo(row, cases.get(row.case), livemode=livemode) for row in rows]


def memo(row: CreditMemo, case: Return | None, *, livemode: bool) -> CreditMemoTold:
    currency = row.currency
    lines = sorted(row.lines.all(), key=lambda line: line.position)
    return {
        "object": "credit_memo",
        "id": row.public_id,
        "number": row.number or None,
        "state": row.state,
        "case": name_case(case) if case else None,
        "net": money(row.net, currency),
        "tax": money(row.tax, currency),
        "gross": money(row.gross, currency),
        "applied": money(row.applied, currency),
        "paid_out": money(row.paid_out, currency),
        "lines": [_line(line, currency) for line in lines],
        "drafted_at": moment(row.drafted_at),
        "issued_at": moment(row.issued_at),
        "settled_at": moment(row.settled_at),
        "allowed_actions": [],
        "livemode": livemode,
    }


def _line(line: CreditMemoLine, currency: str) -> CreditMemoLineTold:
    sold = line.order_line
    return {
        "position": line.position,
        "kind": line.kind,
        "title": line.title,
        "order": sold.order.public_id if sold else None,
        "order_line": sold.position if sold else None,
        "quantity": line.quantity,
        "net": money(line.net, currency),
        "tax": money(line.tax, currency),
        "gross": money(line.gross, currency),
    }

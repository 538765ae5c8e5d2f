from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, TypedDict

from api.shapes import AllowedAction, Amount, Moment, moment, money
from exchanges.models import Quote
from exchanges.queries import list_money
from exchanges.states import Evenness


class QuotedLineTold(TypedDict):
    """What goes out, for the whole quantity, and why it costs that."""

    position: int
    sku: str
    quantity: int
    gross: Amount
    sentence: str


class CalculationRow(TypedDict):
    """One row of the sum that ends in `due`; what comes back is negative."""

    label: str
    amount: Amount
    note: str | None


class QuoteTold(TypedDict):
    """An immutable calculation. `due` above zero is the customer's to pay, below ours."""

    object: Literal["quote"]
    id: str
    exchange: str
    number: int
    is_accepted: bool
    evenness: Annotated[str, Evenness]
    returned_value: Amount
    outbound_value: Amount
    outbound_tax: Amount
    shipping: Amount
    due: Amount
    needed: Amount
    card_hold: Amount
    is_paid_up_front: bool
    needs_approval_for: str | None
    lines: list[QuotedLineTold]
    calculation: list[CalculationRow]
    policy_version: int
    content_hash: str
    made_at: Moment
    expires_at: Moment
    livemode: bool


class QuoteNow(QuoteTold):
    """The same, with what may be done with it now: `POST /exchanges/{id}/{action}`."""

    allowed_actions: list[AllowedAction]


def quote(row: Quote, *, livemode: bool) -> QuoteTold:
    """`row` with its exchange and policy version."""
    currency = row.currency
    return {
        "object": "quote",
        "id": row.public_id,
        "exchange": row.exchange.public_id,
        "number": row.number,
        "is_accepted": row.exchange.accepted_quote_id == row.pk,
        "evenness": row.evenness,
        "returned_value": money(row.returned_value, currency),
        "outbound_value": money(row.outbound_value, currency),
        "outbound_tax": money(row.outbound_tax, currency),
        "shipping": money(row.shipping, currency),
        "due": money(row.due, currency),
        "needed": money(row.needed, currency),
        "card_hold": money(row.card_hold, currency),
        "is_paid_up_front": row.is_paid_up_front,
        "needs_approval_for": row.approval_kind or None,
        "lines": [quoted_line(line, currency) for line in row.lines],
        "calculation": list_calculation(row),
        "policy_version": row.policy_version.number,
        "content_hash": row.content_hash,
        "made_at": moment(row.made_at),
        "expires_at": moment(row.expires_at),
        "livemode": livemode,
    }


def quoted_line(line: dict[str, Any], currency: str) -> QuotedLineTold:
    return {
        "position": line["position"],
        "sku": line["sku"],
        "quantity": line["quantity"],
        "gross": money(Decimal(line["gross"]), currency),
        "sentence": line["sentence"],
    }


def list_calculation(row: Quote) -> list[CalculationRow]:
    return [
        {"label": each.label, "amount": money(each.amount, row.currency), "note": each.note or None}
        for each in list_money(row)
    ]


def tell_quotes(rows: Sequence[Quote], *, livemode: bool) -> list[QuoteTold]:
    return [quote(row, livemode=livemode) for row in rows]

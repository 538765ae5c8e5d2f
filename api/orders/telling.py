from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.shapes import AllowedAction, Amount, Moment, action, moment, money
from core.verdicts import Verdict
from orders.models import Order, OrderLine, Tender
from orders.states import OrderState, Purpose
from returns.models import ReturnLine


class OrderLineTold(TypedDict):
    """Frozen money of one line, and how many of its units are where."""

    position: int
    external_id: str | None
    sku: str
    title: str
    quantity: int
    net: Amount
    tax: Amount
    gross: Amount
    shipped: int
    returnable: int
    in_returns: int
    returned: int
    kept: int
    is_final_sale: bool


class PaymentTold(TypedDict):
    """One original payment, or credit carried over from an exchanged line."""

    kind: Annotated[str, Tender.Kind]
    captured: Amount
    refunded: Amount


class OrderTold(TypedDict):
    """What was sold, as sold: its money never changes. A replacement is an order of its own.

    Of `allowed_actions`, `return` is `POST /returns` and `exchange` is `POST /exchanges`, with
    lines of it; what policy says of them is asked by a preview.
    """

    object: Literal["order"]
    id: str
    number: str
    external_id: str
    purpose: Annotated[str, Purpose]
    state: Annotated[str, OrderState]
    channel: str
    customer: str
    country: str | None
    prices_include_tax: bool
    goods: Amount
    discount: Amount
    shipping: Amount
    tax: Amount
    total: Amount
    lines: list[OrderLineTold]
    payments: list[PaymentTold]
    returns: list[str]
    placed_at: Moment
    shipped_at: Moment | None
    delivered_at: Moment | None
    cancelled_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


def with_all(rows: QuerySet[Order]) -> QuerySet[Order]:
    return rows.select_related("channel", "customer", "ship_to").prefetch_related(
        "lines", "tenders"
    )


def tell_orders(rows: Sequence[Order], *, livemode: bool) -> list[OrderTold]:
    """With one query for all their returns."""
    returns: defaultdict[int, list[str]] = defaultdict(list)
    found = ReturnLine.objects.filter(order_line__order__in=rows).order_by("return_case_id")
    pairs = found.values_list("order_line__order_id", "return_case__public_id").distinct()
    for order_id, case in pairs:
        returns[order_id].append(case)
    return [order(row, returns[row.pk], livemode=livemode) for row in rows]


def order(row: Order, returns: list[str], *, livemode: bool) -> OrderTold:
    currency = row.currency
    return {
        "object": "order",
        "id": row.public_id,
        "number": row.number,
        "external_id": row.external_id,
        "purpose": row.purpose,
        "state": row.state,
        "channel": row.channel.code,
        "customer": row.customer.public_id,
        "country": (row.ship_to and row.ship_to.country) or None,
        "prices_include_tax": row.prices_include_tax,
        "goods": money(row.goods_total, currency),
        "discount": money(row.discount_total, currency),
        "shipping": money(row.shipping_total, currency),
        "tax": money(row.tax_total, currency),
        "total": money(row.grand_total, currency),
        "lines": [_line(line) for line in sorted(row.lines.all(), key=lambda each: each.position)],
        "payments": [
            {
                "kind": each.kind,
                "captured": money(each.captured, currency),
                "refunded": money(each.refunded, currency),
            }
            for each in sorted(row.tenders.all(), key=lambda each: each.position)
        ],
        "returns": returns,
        "placed_at": moment(row.placed_at),
        "shipped_at": moment(row.shipped_at),
        "delivered_at": moment(row.delivered_at),
        "cancelled_at": moment(row.cancelled_at),
        "allowed_actions": list_actions(row),
        "livemode": livemode,
    }


def list_actions(row: Order) -> list[AllowedAction]:
    """What of it may come back is what was sent and neither came, is asked for, nor is kept."""
    lines = row.lines.all()
    is_left = any(line.returnable > 0 for line in lines)
    is_sent = any(line.shipped for line in lines)
    why = "All of it came back, is on its way or is kept." if is_sent else "Nothing of it was sent."
    verdict = Verdict.of(None if is_left else why)
    return [action("return", verdict), action("exchange", verdict)]


def _line(line: OrderLine) -> OrderLineTold:
    return {
        "position": line.position,
        "external_id": line.external_id or None,
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "net": money(line.net, line.currency),
        "tax": money(line.tax, line.currency),
        "gross": money(line.gross, line.currency),
        "shipped": line.shipped,
        "returnable": line.returnable,
        "in_returns": line.return_open,
        "returned": line.returned,
        "kept": line.kept,
        "is_final_sale": line.is_final_sale,
    }

"""WooCommerce orders: REST v3 and webhook bodies, and lists of them.

Line money is for the whole quantity and without tax, even in shops that show prices with it:
`subtotal` is before coupons and `total` after. Times ending in `_gmt` are naive but UTC; the
others are in the site's own zone. Source: WooCommerce REST API v3, Orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from intake import marks
from intake.adapters.port import ChannelAdapter
from intake.arithmetic import Term, check_subtotal, check_total
from intake.document import Node
from intake.facts import Readings
from intake.reading import (
    Arithmetic,
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)
from intake.signing import base64_of_body

ZERO = Decimal(0)
MILLIONTHS = Decimal("0.000001")
DRAFTS = {"auto-draft", "checkout-draft", "draft"}
# status of the order → financial status, fulfilment status
STATUSES = {
    "pending": ("pending", "unfulfilled"),
    "on-hold": ("pending", "unfulfilled"),
    "processing": ("paid", "unfulfilled"),
    "completed": ("paid", "fulfilled"),
    "refunded": ("refunded", "unfulfilled"),
    "cancelled": ("voided", "unfulfilled"),
    "failed": ("failed", "unfulfilled"),
}
ORDER_MARKS = {"line_items", "order_key", "status", "billing", "total"}
OTHER_KINDS = {
    "refunded_payment": "a refund",
    "refunded_by": "a refund",
    "amount": "a refund",
    "discount_type": "a coupon",
    "regular_price": "a product",
    "avatar_url": "a customer",
    "webhook_id": "the greeting of a new webhook",
    "code": "an error answer",
}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`; `topic` as in X-WC-Webhook-Topic (“order.updated”), if known."""
    resource, _, action = topic.partition(".")
    if resource and resource != "order":
        return NotAnOrder(f"The topic {topic} does not carry orders.")
    if action == "deleted":
        return NotAnOrder(f"The topic {topic} announces a change, it does not carry the order.")
    orders = [_read_order(Node(value, []), path=path) for path, value in _orders_in(document)]
    return [*orders] or NotAnOrder(_no_order(document))


def _orders_in(
    value: Any, path: tuple[str, ...] = (), *, listed: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Orders under `value` with their path; the path is empty unless a list was entered."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _orders_in(item, (*path, str(position)), listed=True)
    elif isinstance(value, dict):
        if _is_order(value):
            yield "/".join(path) if listed else "", value
            return
        for key in ("data", "order", "orders"):
            yield from _orders_in(value.get(key), (*path, key), listed=listed)


def _is_order(value: dict[str, Any]) -> bool:
    """One mark is enough beside an id; without one (it will be held for that) it takes two."""
    if not OTHER_KINDS.keys().isdisjoint(value):
        return False
    return len(ORDER_MARKS & value.keys()) >= (1 if "id" in value else 2)


def _no_order(document: Any) -> str:
    if isinstance(document, dict):
        if document.keys() <= {"id"}:
            return "It carries nothing but an id."
        for key, kind in OTHER_KINDS.items():
            if key in document:
                return f"It is {kind}, not an order."
    return "There is no order in it."


def _read_order(node: Node, *, path: str) -> ReadOrder:
    rate = _tax_rate(node)
    lines = tuple(_read_line(line, rate) for line in node.children("line_items", "lines") or [])
    financial, fulfilment = _statuses(node)
    total = node.money("total", "grand_total")
    shipping_total = node.money("shipping_total", "shipping_total")
    tax_total = node.money("total_tax", "tax_total")
    gift_cards = _gift_cards(node)
    fees, fee_discounts = _fees(node)
    completed_at = _moment(node, "date_completed")
    return ReadOrder(
        path=path,
        external_id=node.text("id", "external_id"),
        order_number=node.text("number") or node.text("id"),
        currency=node.text("currency"),
        placed_at=_moment(node, "date_created", "placed_at"),
        customer_email=node.child("billing").text("email"),
        lines=lines,
        shipping_total=shipping_total,
        discount_total=node.money("discount_total", "discount_total"),
        tax_total=tax_total,
        grand_total=total,
        financial_status=financial,
        fulfillment_status=fulfilment,
        prices_include_tax=node.flag("prices_include_tax"),
        arithmetic=_check_money(node, total=total, shipping=shipping_total, tax=tax_total),
        shipping_tax=node.money("shipping_tax") or ZERO,
        fees_total=_sum(fees, "total"),
        fees_tax=_sum(fees, "total_tax"),
        fee_discount=-_sum(fee_discounts, "total"),
        fee_discount_tax=-_sum(fee_discounts, "total_tax"),
        gift_cards_total=gift_cards,
        discounts_stand_on_lines=True,
        source_updated_at=_moment(node, "date_modified"),
        cancelled_at=_moment(node, "date_modified") if financial == "voided" else None,
        customer=_read_customer(node),
        shipping_address=_read_address(node.child("shipping")),
        billing_address=_read_address(node.child("billing")),
        tenders=_read_tenders(node, financial, total=total, gift_cards=gift_cards),
        fulfilments=(
            (ReadFulfilment(external_id="completed", shipped_at=completed_at),)
            if fulfilment == "fulfilled"
            else ()
        ),
        is_gift=marks.is_gift(node),
        findings=tuple(node.findings),
    )


def _moment(node: Node, key: str, field: str = "") -> datetime | None:
    """The `_gmt` twin; without one the site's own time, which may be hours off, with a warning."""
    known = node.moment(f"{key}_gmt", field, naive_is_utc=True)
    if known is not None or node.text(f"{key}_gmt") is not None:
        return known
    site_time = node.moment(key, field, naive_is_utc=True)
    if site_time is not None and field:
        message = f"Only {key} is there, in the site's own zone; it was taken for UTC."
        node.find(field, "site_time", message, Severity.WARNING)
    return site_time


def _statuses(node: Node) -> tuple[str | None, str]:
    """Financial and fulfilment status; a word that is not WooCommerce's own is kept as it is."""
    status = (node.text("status") or "").lower().removeprefix("wc-")
    if status in STATUSES:
        financial, fulfilment = STATUSES[status]
        part_refunded = financial == "paid" and _refunded(node)
        return ("partially_refunded" if part_refunded else financial), fulfilment
    if status in DRAFTS:
        message = f"An order in {status} is not one yet."
        node.find("financial_status", "draft", message, Severity.IGNORE)
    elif status:
        message = f"“{status}” is a status of this shop's own; its meaning is not known."
        node.find("financial_status", "unknown_status", message)
    else:
        node.find("financial_status", "missing", "The document carries no status.")
    return status or None, "unfulfilled"


def _refunded(node: Node) -> Decimal:
    """Refund totals are negative; a refund of nought is what is left of a deleted one."""
    return -_sum(node.children("refunds") or [], "total")


def _tax_rate(node: Node) -> Decimal | None:
    """The rate where the order has only one: lines name their taxes by id, without a rate."""
    taxes = node.children("tax_lines") or []
    percent = taxes[0].money("rate_percent") if len(taxes) == 1 else None
    return None if percent is None else percent / 100


def _read_line(line: Node, rate: Decimal | None) -> ReadLine:
    quantity = line.money("quantity", f"{line.target}.quantity")
    before = line.money("subtotal", f"{line.target}.unit_price")
    after = line.money("total", f"{line.target}.discount_total")
    return ReadLine(
        sku=line.sku("sku"),
        title=line.text("name", f"{line.target}.title"),
        quantity=quantity,
        unit_price=_unit_price(before, quantity),
        discount_total=before - after if before is not None and after is not None else None,
        tax_total=line.money("total_tax", f"{line.target}.tax_total"),
        tax_before_discount=line.money("subtotal_tax"),
        tax_rate=rate,
        external_id=line.text("id") or "",
        product_id=_reference(line, "product_id"),
        variant_id=_reference(line, "variation_id"),
        bundle_child_of=_reference(line, "bundled_by") or _reference(line, "composite_parent"),
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, quantity),
        lots=marks.list_lots(line, quantity),
    )


def _reference(line: Node, key: str) -> str:
    """An id; nought stands for a deleted product or none."""
    stated = line.text(key) or ""
    return "" if stated == "0" else stated


def _unit_price(before: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    if before is None or quantity is None:
        return None
    if not quantity:
        return before
    return (before / quantity).quantize(MILLIONTHS, rounding=ROUND_HALF_UP)


def _check_money(
    node: Node, *, total: Decimal | None, shipping: Decimal | None, tax: Decimal | None
) -> Arithmetic:
    lines = node.children("line_items")
    arithmetic, findings = check_total(
        [
            Term("line totals", None if lines is None else _sum(lines, "total")),
            Term("shipping", shipping, field="shipping_total"),
            Term("fees", _sum(node.children("fee_lines") or [], "total")),
            Term("tax", tax, field="tax_total"),
            Term("gift cards", _gift_cards(node), -1),
        ],
        total=total,
        named="total",
    )
    node.findings.extend(findings)
    taxes = node.children("tax_lines")
    if taxes:
        stated = _sum(taxes, "tax_total") + _sum(taxes, "shipping_tax_total")
        node.findings.extend(
            check_subtotal(
                [Term("tax lines", stated)], stated=tax, named="total_tax", field="tax_total"
            )
        )
    return arithmetic


def _fees(node: Node) -> tuple[list[Node], list[Node]]:
    """Fees, and the negative ones that shops use for discounts."""
    fees = node.children("fee_lines") or []
    discounts = [fee for fee in fees if (fee.money("total") or ZERO) < 0]
    return [fee for fee in fees if fee not in discounts], discounts


def _gift_cards(node: Node) -> Decimal:
    return _sum(node.children("gift_cards") or [], "amount")


def _sum(nodes: list[Node], key: str) -> Decimal:
    return sum((node.money(key) or ZERO for node in nodes), ZERO)


def _read_customer(node: Node) -> ReadCustomer:
    billing = _read_address(node.child("billing")) or ReadAddress()
    return ReadCustomer(
        external_id=_reference(node, "customer_id"), name=billing.name, phone=billing.phone
    )


def _read_address(node: Node) -> ReadAddress | None:
    names = [node.text("first_name"), node.text("last_name")]
    address = ReadAddress(
        name=" ".join(filter(None, names)),
        company=node.text("company") or "",
        line1=node.text("address_1") or "",
        line2=node.text("address_2") or "",
        city=node.text("city") or "",
        region=node.text("state") or "",
        postcode=node.text("postcode") or "",
        country=node.text("country") or "",
        phone=node.text("phone") or "",
    )
    return None if address == ReadAddress() else address


def _read_tenders(
    node: Node, financial: str | None, *, total: Decimal | None, gift_cards: Decimal
) -> tuple[ReadTender, ...]:
    """What was taken: gift cards, which the total leaves out, and the payment method."""
    if total is None or financial not in {"paid", "partially_refunded", "refunded"}:
        return ()
    paid = ReadTender(
        method=node.text("payment_method") or "unknown",
        captured=total,
        refunded=min(_refunded(node), total),
        reference=node.text("transaction_id") or "",
    )
    if not gift_cards:
        return (paid,)
    return (ReadTender(method="gift_card", captured=gift_cards), paid)


ADAPTER = ChannelAdapter(
    name="woocommerce",
    title="WooCommerce",
    read=read,
    is_signed=base64_of_body("X-WC-Webhook-Signature"),
    topic_header="X-WC-Webhook-Topic",
    delivery_header="X-WC-Webhook-Delivery-ID",
)

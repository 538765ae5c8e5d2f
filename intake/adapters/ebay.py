"""eBay Fulfillment: orders, lists of them, and the thin notification of a new one.

`lineItemCost` is for the whole quantity; a line's `total` holds tax and delivery. Tax that eBay
collects itself is not the seller's money and stays out. What the seller is due is net of fees and
is never compared with the total.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake.adapters.ebay_polls import POLLS
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    Grant,
    discounts_of,
    goods_of,
    kind_of,
    per_unit,
    records_in,
)
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings, ReadNotice
from intake.published_keys import answer_ebay, ebay
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
)

INSIDE = {"orders", "order", "data"}
FINANCIAL = {
    "paid": "paid",
    "pending": "pending",
    "failed": "failed",
    "fully_refunded": "refunded",
    "partially_refunded": "partially_refunded",
}
OTHER_KINDS = {"returns": "a list of returns", "errors": "an error answer"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`, or the notice that there is one."""
    if isinstance(document, dict) and isinstance(document.get("notification"), dict):
        return _read_notice(Node(document, []))
    found = [
        _read_order(Node(value, []), path)
        for path, value in records_in(document, _is_order, inside=INSIDE)
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_order(value: dict[str, Any]) -> bool:
    return "orderId" in value and bool({"pricingSummary", "lineItems"} & value.keys())


def _read_notice(node: Node) -> Readings:
    data = node.child("notification").child("data")
    order = data.text("orderId") or data.child("order").text("orderId")
    if order is None:
        return NotAnOrder("The notification names no order.")
    return [ReadNotice(external_id=order, resource="order")]


def _read_order(node: Node, path: str) -> ReadOrder:
    pricing = node.child("pricingSummary")
    line_nodes = node.children("lineItems", "lines")
    lines = tuple(_read_line(line) for line in line_nodes or [])
    shipping = _value(pricing, "deliveryCost") or ZERO
    shipping_discount = abs(_value(pricing, "deliveryDiscount") or ZERO)
    discount = abs(_value(pricing, "priceDiscount") or ZERO) + shipping_discount
    tax, total = _value(pricing, "tax") or ZERO, pricing.child("total").money("value")
    fees = (_value(pricing, "fee") or ZERO) + (_value(pricing, "adjustment") or ZERO)
    arithmetic, findings = check_total(
        [
            Term("lines", None if line_nodes is None else goods_of(lines), field="lines"),
            Term("discounts", max(discount, discounts_of(lines)), -1),
            Term("delivery", shipping),
            Term("tax", tax),
            Term("fees and adjustments", fees),
        ],
        total=total,
        named="total",
    )
    node.findings.extend(findings)
    status = (node.text("orderPaymentStatus") or "").lower()
    is_cancelled = node.child("cancelStatus").text("cancelState") == "CANCELED"
    fulfilment = (node.text("orderFulfillmentStatus") or "").lower()
    return ReadOrder(
        path=path,
        external_id=node.text("orderId", "external_id"),
        order_number=node.text("salesRecordReference") or node.text("orderId"),
        currency=pricing.child("total").text("currency"),
        placed_at=node.moment("creationDate", "placed_at"),
        customer_email=_email(node),
        lines=lines,
        shipping_total=shipping,
        discount_total=max(discount, discounts_of(lines)),
        tax_total=tax,
        grand_total=total,
        financial_status=FINANCIAL.get(status, status) or None,
        fulfillment_status=fulfilment or None,
        prices_include_tax=False,
        arithmetic=arithmetic,
        shipping_discount=shipping_discount,
        fees_total=fees,
        source_updated_at=node.moment("lastModifiedDate"),
        cancelled_at=node.moment("lastModifiedDate") if is_cancelled else None,
        customer=ReadCustomer(
            external_id=node.child("buyer").text("username") or "",
            name=_ship_to(node).text("fullName") or "",
            phone=_ship_to(node).child("primaryPhone").text("phoneNumber") or "",
        ),
        shipping_address=_read_address(_ship_to(node)),
        tenders=_read_tenders(node, total),
        fulfilments=_read_fulfilments(node, fulfilment),
        findings=tuple(node.findings),
    )


def _value(node: Node, key: str) -> Decimal | None:
    return node.child(key).money("value")


def _read_line(line: Node) -> ReadLine:
    quantity = line.money("quantity", f"{line.target}.quantity")
    cost = line.child("lineItemCost").money("value", f"{line.target}.unit_price")
    reduced = line.child("discountedLineItemCost").money("value")
    taxes = line.children("taxes") or []
    is_sent = line.text("lineItemFulfillmentStatus") == "FULFILLED"
    return ReadLine(
        sku=line.sku("sku"),
        title=line.text("title"),
        quantity=quantity,
        unit_price=per_unit(cost, quantity),
        discount_total=cost - reduced if cost is not None and reduced is not None else ZERO,
        tax_total=sum((_value(tax, "amount") or ZERO for tax in taxes), ZERO),
        external_id=line.text("lineItemId") or "",
        product_id=line.text("legacyItemId") or "",
        fulfilled_quantity=line.whole("quantity") if is_sent else 0,
    )


def _ship_to(node: Node) -> Node:
    steps = node.children("fulfillmentStartInstructions") or []
    return (steps[0] if steps else Node({}, [])).child("shippingStep").child("shipTo")


def _email(node: Node) -> str | None:
    known = node.child("buyer").child("buyerRegistrationAddress").text("email")
    return known or _ship_to(node).text("email")


def _read_address(node: Node) -> ReadAddress | None:
    place = node.child("contactAddress")
    if not place:
        return None
    return ReadAddress(
        name=node.text("fullName") or "",
        company=node.text("companyName") or "",
        line1=place.text("addressLine1") or "",
        line2=place.text("addressLine2") or "",
        city=place.text("city") or "",
        region=place.text("stateOrProvince") or "",
        postcode=place.text("postalCode") or "",
        country=place.text("countryCode") or "",
        phone=node.child("primaryPhone").text("phoneNumber") or "",
    )


def _read_tenders(node: Node, total: Decimal | None) -> tuple[ReadTender, ...]:
    """What the buyer paid is the total; the payments listed are net of fees."""
    summary = node.child("paymentSummary")
    payments = summary.children("payments") or []
    if total is None or not any(one.text("paymentStatus") == "PAID" for one in payments):
        return ()
    refunds = summary.children("refunds") or []
    refunded = sum((_value(refund, "amount") or ZERO for refund in refunds), ZERO)
    return (
        ReadTender(
            method=payments[0].text("paymentMethod") or "unknown",
            captured=total,
            refunded=min(refunded, total),
            reference=payments[0].text("paymentReferenceId") or "",
        ),
    )


def _read_fulfilments(node: Node, status: str) -> tuple[ReadFulfilment, ...]:
    if status not in {"fulfilled", "in_progress"}:
        return ()
    shipped_at = node.moment("lastModifiedDate") if status == "fulfilled" else None
    return (ReadFulfilment(external_id=status, shipped_at=shipped_at, names_units=True),)


ADAPTER = ChannelAdapter(
    name="ebay",
    title="eBay",
    read=read,
    is_signed=ebay,
    answer=answer_ebay,
    hosts=("api.ebay.com",),
    polls=POLLS,
    grant=Grant("https://api.ebay.com/identity/v1/oauth2/token", in_header=True),
    addresses=lambda _account, order: [f"https://api.ebay.com/sell/fulfillment/v1/order/{order}"],
)

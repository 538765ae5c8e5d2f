"""Etsy receipts: money as {amount, divisor}, prices before the shop's coupon, no SKU as a rule.

Times are seconds since 1970; copies that somebody re-serialised have ISO 8601 among them. The
status says “Fully Refunded” of goods that were sent all the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    discounts_of,
    goods_of,
    kind_of,
    records_in,
)
from intake.arithmetic import Term, check_subtotal, check_total
from intake.document import Node
from intake.facts import Readings, ReadNotice
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
)

OTHER_KINDS = {"error": "an error answer", "listing_id": "a listing"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every receipt in `document`, or the notice of one."""
    if isinstance(document, dict) and "resource_url" in document:
        node = Node(document, [])
        return [
            ReadNotice(
                external_id=(node.text("resource_url") or "").rpartition("/")[2] or None,
                resource="receipt",
                address=node.text("resource_url") or "",
            )
        ]
    found = [
        _read_receipt(Node(value, []), path)
        for path, value in records_in(document, _is_receipt, inside={"results", "data"})
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_receipt(value: dict[str, Any]) -> bool:
    return "receipt_id" in value and "grandtotal" in value


def _read_receipt(node: Node, path: str) -> ReadOrder:
    line_nodes = node.children("transactions", "lines")
    is_sent = node.says_yes("is_shipped")
    lines = tuple(_read_line(line, is_sent=is_sent) for line in line_nodes or [])
    shipping, discount = _money(node, "total_shipping_cost"), _money(node, "discount_amt")
    tax, total = _money(node, "total_tax_cost"), _money(node, "grandtotal")
    wrapping = _money(node, "gift_wrap_price") or ZERO
    goods = None if line_nodes is None else goods_of(lines)
    arithmetic, findings = check_total(
        [
            Term("lines", goods, field="lines"),
            Term("discounts", discount, -1, field="discount_total"),
            Term("shipping", shipping, field="shipping_total"),
            Term("tax", tax, field="tax_total"),
            Term("gift wrap", wrapping),
        ],
        total=total,
        named="grandtotal",
    )
    node.findings.extend(findings)
    node.findings.extend(
        check_subtotal(
            [Term("lines", goods), Term("discounts", discount, -1)],
            stated=_money(node, "subtotal"),
            named="subtotal",
            field="discount_total",
        )
    )
    financial = _financial(node)
    updated_at = node.unix("updated_timestamp") or node.unix("update_timestamp")
    return ReadOrder(
        path=path,
        external_id=node.text("receipt_id", "external_id"),
        order_number=node.text("receipt_id"),
        currency=node.child("grandtotal").text("currency_code"),
        placed_at=node.unix("created_timestamp", "placed_at")
        or node.unix("create_timestamp", "placed_at"),
        customer_email=node.text("buyer_email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=financial,
        fulfillment_status="fulfilled" if is_sent else "unfulfilled",
        prices_include_tax=False,
        arithmetic=arithmetic,
        fees_total=wrapping,
        discounts_stand_on_lines=discount is not None and discounts_of(lines) == discount,
        tax_stands_on_order=True,
        source_updated_at=updated_at,
        cancelled_at=updated_at if financial == "voided" else None,
        customer=_read_customer(node),
        shipping_address=_read_address(node),
        tenders=_read_tenders(node, financial, total),
        fulfilments=_read_fulfilments(node),
        is_gift=marks.is_gift(node, "is_gift"),
        findings=tuple(node.findings),
    )


def _money(node: Node, key: str) -> Decimal | None:
    """An amount and what it is counted in; a divisor that is none makes it unreadable."""
    stated = node.child(key)
    amount, divisor = stated.money("amount"), stated.money("divisor")
    if amount is None or not divisor or divisor <= 0:
        return None
    return amount / divisor


def _read_line(line: Node, *, is_sent: bool) -> ReadLine:
    variations = [one.text("formatted_value") for one in line.children("variations") or []]
    return ReadLine(
        sku=line.sku("sku"),
        title=line.text("title"),
        variant_title=", ".join(filter(None, variations)),
        quantity=line.money("quantity", f"{line.target}.quantity"),
        unit_price=_money(line, "price"),
        discount_total=line.money("shop_coupon") or ZERO,
        tax_total=None,
        external_id=line.text("transaction_id") or "",
        product_id=line.text("product_id") or "",
        fulfilled_quantity=line.whole("quantity") if is_sent else 0,
        needs_shipping=not line.says_yes("is_digital"),
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, line.money("quantity")),
        lots=marks.list_lots(line, line.money("quantity")),
    )


def _financial(node: Node) -> str:
    status = (node.text("status") or "").lower()
    if status == "fully refunded":
        return "refunded"
    if status == "partially refunded":
        return "partially_refunded"
    if status in {"canceled", "cancelled"}:
        return "voided"
    return "paid" if node.says_yes("is_paid") else "pending"


def _read_customer(node: Node) -> ReadCustomer:
    buyer = node.text("buyer_user_id") or ""
    return ReadCustomer(external_id="" if buyer == "0" else buyer, name=node.text("name") or "")


def _read_address(node: Node) -> ReadAddress:
    return ReadAddress(
        name=node.text("name") or "",
        line1=node.text("first_line") or "",
        line2=node.text("second_line") or "",
        city=node.text("city") or "",
        region=node.text("state") or "",
        postcode=node.text("zip") or "",
        country=node.text("country_iso") or "",
    )


def _read_tenders(node: Node, financial: str, total: Decimal | None) -> tuple[ReadTender, ...]:
    if total is None or financial in {"pending", "voided"}:
        return ()
    refunds = node.children("refunds") or []
    returned = [_money(one, "amount") or ZERO for one in refunds if one.text("status") == "SUCCESS"]
    refunded = sum(returned, ZERO)
    return (
        ReadTender(
            method=node.text("payment_method") or "unknown",
            captured=total,
            refunded=min(refunded, total),
        ),
    )


def _read_fulfilments(node: Node) -> tuple[ReadFulfilment, ...]:
    return tuple(
        ReadFulfilment(
            external_id=parcel.text("receipt_shipping_id") or "",
            shipped_at=parcel.unix("shipment_notification_timestamp"),
            tracking_number=parcel.text("tracking_code") or "",
            carrier=parcel.text("carrier_name") or "",
        )
        for parcel in node.children("shipments") or []
    )


ADAPTER = ChannelAdapter(
    name="etsy", title="Etsy", read=read, hosts=("openapi.etsy.com", "api.etsy.com")
)

"""Square orders: whole minor units, quantities as text, no SKU; events are thin and versioned.

What modifiers add stands in `gross_sales_money` alone, so that the unit price is taken from it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    goods_of,
    kind_of,
    minor_units,
    per_unit,
    records_in,
)
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings, ReadNotice
from intake.reading import (
    NotAnOrder,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)
from intake.signing import square

FINANCIAL = {"OPEN": "pending", "COMPLETED": "paid", "CANCELED": "voided"}
OTHER_KINDS = {"errors": "an error answer", "payment": "a payment", "refund": "a refund"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`, or the notice that one changed."""
    if isinstance(document, dict) and "event_id" in document:
        return _read_notice(Node(document, []))
    found = [
        _read_order(Node(value, []), path)
        for path, value in records_in(document, _is_order, inside={"order", "orders"})
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _read_notice(node: Node) -> Readings:
    kind = node.text("type") or ""
    if not kind.startswith("order."):
        return NotAnOrder(f"The event {kind} is not about an order.")
    inner = node.child("data").child("object")
    told = next((inner.child(key) for key in inner.value), Node({}, []))
    order = told.text("order_id") or node.child("data").text("id")
    if order is None:
        return NotAnOrder("The event names no order.")
    return [ReadNotice(external_id=order, resource="order", version=told.whole("version") or None)]


def _is_order(value: dict[str, Any]) -> bool:
    return "id" in value and "total_money" in value and "location_id" in value


def _read_order(node: Node, path: str) -> ReadOrder:
    currency = node.child("total_money").text("currency")
    line_nodes = node.children("line_items", "lines")
    lines = tuple(_read_line(line, currency) for line in line_nodes or [])
    is_inclusive = _has_inclusive_tax(node)
    tax, tip = _money(node, "total_tax_money"), _money(node, "total_tip_money") or ZERO
    discount, total = _money(node, "total_discount_money"), _money(node, "total_money")
    charges = _money(node, "total_service_charge_money") or ZERO
    arithmetic, findings = check_total(
        [
            Term("lines", None if line_nodes is None else goods_of(lines), field="lines"),
            Term("discounts", discount, -1, field="discount_total"),
            Term("tax", ZERO if is_inclusive else tax, field="tax_total"),
            Term("service charges", charges),
            Term("tip", tip),
        ],
        total=total,
        named="total_money",
    )
    node.findings.extend(findings)
    state = node.text("state") or ""
    if state == "DRAFT":
        message = "A draft is not an order yet."
        node.find("financial_status", "draft", message, Severity.IGNORE)
    elif state not in FINANCIAL:
        node.find("financial_status", "unknown_status", f"“{state}” is not a known state.")
    parcels = node.children("fulfillments") or []
    return ReadOrder(
        path=path,
        external_id=node.text("id", "external_id"),
        order_number=node.text("reference_id") or node.text("id"),
        currency=currency,
        placed_at=node.moment("created_at", "placed_at"),
        customer_email=_recipient(parcels).text("email_address"),
        lines=lines,
        shipping_total=ZERO,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=FINANCIAL.get(state, state.lower()) or None,
        fulfillment_status=(parcels[0].text("state") or "").lower() or None if parcels else None,
        prices_include_tax=is_inclusive,
        lines_include_tax=is_inclusive,
        arithmetic=arithmetic,
        fees_total=charges + tip,
        source_updated_at=node.moment("updated_at"),
        is_gift=marks.is_gift(node),
        cancelled_at=node.moment("updated_at") if state == "CANCELED" else None,
        customer=ReadCustomer(
            external_id=node.text("customer_id") or "",
            name=_recipient(parcels).text("display_name") or "",
            phone=_recipient(parcels).text("phone_number") or "",
        ),
        tenders=_read_tenders(node, total, state),
        fulfilments=tuple(
            ReadFulfilment(
                external_id=parcel.text("uid") or "",
                shipped_at=parcel.child("shipment_details").moment("shipped_at"),
            )
            for parcel in parcels
            if parcel.text("state") == "COMPLETED"
        ),
        findings=tuple(node.findings),
    )


def _money(node: Node, key: str) -> Decimal | None:
    stated = node.child(key)
    return minor_units(stated.money("amount"), stated.text("currency"))


def _has_inclusive_tax(node: Node) -> bool:
    taxes = node.children("taxes") or []
    return bool(taxes) and all(tax.text("type") == "INCLUSIVE" for tax in taxes)


def _read_line(line: Node, currency: str | None) -> ReadLine:
    quantity = line.money("quantity", f"{line.target}.quantity")
    gross = _money(line, "gross_sales_money")
    return ReadLine(
        sku=None,
        title=line.text("name"),
        variant_title=line.text("variation_name") or "",
        quantity=quantity,
        unit_price=per_unit(gross, quantity),
        discount_total=_money(line, "total_discount_money"),
        tax_total=_money(line, "total_tax_money"),
        external_id=line.text("uid") or "",
        variant_id=line.text("catalog_object_id") or "",
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, quantity),
        lots=marks.list_lots(line, quantity),
    )


def _recipient(parcels: list[Node]) -> Node:
    for parcel in parcels:
        for details in ("shipment_details", "pickup_details", "delivery_details"):
            if recipient := parcel.child(details).child("recipient"):
                return recipient
    return Node({}, [])


def _read_tenders(node: Node, total: Decimal | None, state: str) -> tuple[ReadTender, ...]:
    refunds = node.children("refunds") or []
    refunded = sum((_money(one, "amount_money") or ZERO for one in refunds), ZERO)
    tenders = tuple(
        ReadTender(
            method=tender.text("type") or "unknown",
            captured=_money(tender, "amount_money") or ZERO,
            reference=tender.text("payment_id") or tender.text("id") or "",
        )
        for tender in node.children("tenders") or []
    )
    if len(tenders) == 1 and refunded:
        (paid,) = tenders
        amount = min(refunded, paid.captured)
        return (ReadTender(method=paid.method, captured=paid.captured, refunded=amount,
                           reference=paid.reference),)  # fmt: skip
    if not tenders and total and state == "COMPLETED":
        return (ReadTender(method="unknown", captured=total, refunded=min(refunded, total)),)
    return tenders


ADAPTER = ChannelAdapter(
    name="square",
    title="Square",
    read=read,
    is_signed=square,
    hosts=("connect.squareup.com",),
    addresses=lambda _account, order: [f"https://connect.squareup.com/v2/orders/{order}"],
)

"""ShipStation: orders, the shipments of its API, and the thin SHIP_NOTIFY.

No currency stands anywhere, and times are naive in the account's own zone (Pacific unless set):
both come from the channel's defaults, and without them an order waits. A discount is a line of
negative price marked as an adjustment; a merged order has lost lines to another.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import ZERO, ChannelAdapter, address_of, kind_of, records_in
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadNotice, ReadTracking
from intake.published_keys import shipstation
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)

OTHER_KINDS = {"Message": "an error answer", "ExceptionMessage": "an error answer"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order and shipment in `document`, or the notice that there are some."""
    if isinstance(document, dict) and "resource_url" in document:
        node = Node(document, [])
        return [
            ReadNotice(
                resource=(node.text("resource_type") or "").lower(),
                address=node.text("resource_url") or "",
            )
        ]
    found: list[Any] = []
    for path, value in records_in(document, _is_one, inside={"orders", "shipments"}):
        node = Node(value, [])
        found.append(
            _read_shipment(node, path) if "trackingNumber" in value else _read_order(node, path)
        )
    return found or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_one(value: dict[str, Any]) -> bool:
    return "orderId" in value and bool({"orderTotal", "trackingNumber"} & value.keys())


def _read_order(node: Node, path: str) -> ReadOrder:
    rows = node.children("items", "lines") or []
    lines = tuple(_read_line(row) for row in rows)
    adjustments = [row for row in rows if row.says_yes("adjustment")]
    goods = sum((_worth(row) for row in rows), ZERO)
    discount = -sum((_worth(row) for row in adjustments), ZERO)
    shipping, tax = node.money("shippingAmount", "shipping_total"), node.money("taxAmount")
    total, paid = node.money("orderTotal", "grand_total"), node.money("amountPaid") or ZERO
    arithmetic, findings = check_total(
        [
            Term("items", goods),
            Term("tax", tax, field="tax_total"),
            Term("shipping", shipping, field="shipping_total"),
        ],
        total=total,
        named="orderTotal",
    )
    node.findings.extend(findings)
    options = node.child("advancedOptions")
    if options.says_yes("mergedOrSplit"):
        message = "It was merged or split in ShipStation and may have lost lines."
        node.find("lines", "merged", message, Severity.WARNING)
    status = (node.text("orderStatus") or "").lower()
    is_paid = total is not None and paid > 0 and paid >= total
    return ReadOrder(
        path=path,
        external_id=node.text("orderId", "external_id"),
        order_number=node.text("orderNumber"),
        currency=None,
        placed_at=None,
        placed_at_local=node.local_time("orderDate"),
        customer_email=node.text("customerEmail"),
        lines=lines,
        shipping_total=shipping,
        discount_total=max(discount, ZERO),
        tax_total=tax,
        grand_total=total,
        financial_status="paid" if is_paid else "pending",
        fulfillment_status=status or None,
        prices_include_tax=None,
        arithmetic=arithmetic,
        tax_stands_on_order=True,
        cancelled_at=None,
        customer=ReadCustomer(
            external_id=node.text("customerId") or "",
            name=node.child("shipTo").text("name") or "",
            phone=node.child("shipTo").text("phone") or "",
        ),
        shipping_address=_read_address(node.child("shipTo")),
        billing_address=_read_address(node.child("billTo")),
        tenders=(
            (ReadTender(method=node.text("paymentMethod") or "unknown", captured=min(paid, total)),)
            if total is not None and paid
            else ()
        ),
        fulfilments=(
            (ReadFulfilment(external_id="shipped", shipped_at=None, names_units=True),)
            if status == "shipped"
            else ()
        ),
        is_gift=marks.is_gift(node, "gift"),
        findings=tuple(node.findings),
    )


def _worth(row: Node) -> Decimal:
    return (row.money("quantity") or ZERO) * (row.money("unitPrice") or ZERO)


def _read_line(row: Node) -> ReadLine:
    return ReadLine(
        sku=row.sku("sku"),
        title=row.text("name"),
        quantity=row.money("quantity", f"{row.target}.quantity"),
        unit_price=row.money("unitPrice", f"{row.target}.unit_price"),
        discount_total=ZERO,
        tax_total=row.money("taxAmount"),
        external_id=row.text("orderItemId") or "",
        product_id=row.text("productId") or "",
        is_discount=row.says_yes("adjustment"),
        is_final_sale=marks.is_final_sale(row),
        serials=marks.list_serials(row, row.money("quantity")),
        lots=marks.list_lots(row, row.money("quantity")),
    )


def _read_address(node: Node) -> ReadAddress | None:
    return address_of(
        node,
        name="name",
        company="company",
        line1="street1",
        line2="street2",
        city="city",
        region="state",
        postcode="postalCode",
        country="country",
        phone="phone",
    )


def _read_shipment(node: Node, path: str) -> ReadTracking:
    is_void = node.says_yes("voided")
    return ReadTracking(
        path=path,
        external_id=node.text("shipmentId"),
        tracking_number=node.text("trackingNumber") or "",
        carrier=node.text("carrierCode") or "",
        status=ParcelStatus.TROUBLE if is_void else ParcelStatus.LABEL_MADE,
        said_as="voided" if is_void else "label made",
        findings=tuple(node.findings),
    )


ADAPTER = ChannelAdapter(
    name="shipstation",
    title="ShipStation",
    read=read,
    is_signed=shipstation,
    hosts=("ssapi.shipstation.com", "ssapi1.shipstation.com", "ssapi6.shipstation.com"),
)

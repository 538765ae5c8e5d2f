"""Orders that partners' programs send by the desk's own API, in the desk's own words.

The API has looked at the form already; what the order says is judged here like any channel's.
Read as a shop's own documents are, with a mapping that is always the same, and with what that
has no place for: several payments, parcels, and who bought.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake.adapters import generic
from intake.adapters.port import ZERO, ChannelAdapter
from intake.document import Node
from intake.facts import Readings
from intake.mapping import MappedField, MappingPlan
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
)

SAME = (
    *("external_id", "currency", "placed_at", "updated_at", "shipping_total", "discount_total"),
    *("tax_total", "grand_total", "prices_include_tax", "is_test"),
)
OF_LINES = (
    *("external_id", "sku", "title", "quantity", "unit_price", "discount_total", "tax_total"),
)
PLAN = MappingPlan(
    lines="lines",
    fields=(
        *(MappedField(target=name, path=name) for name in SAME),
        MappedField(target="order_number", path="number"),
        MappedField(target="customer_email", path="customer.email"),
        *(MappedField(target=f"lines.{name}", path=name) for name in OF_LINES),
    ),
)


def read(document: Any, *, topic: str = "") -> Readings:
    """The one order in it."""
    if not isinstance(document, dict) or "lines" not in document:
        return NotAnOrder("There is no order in it.")
    found = generic.read(document, mapping=PLAN)
    if isinstance(found, NotAnOrder):
        return found
    return [_complete(order, document) for order in found if isinstance(order, ReadOrder)]


def _complete(order: ReadOrder, document: dict[str, Any]) -> ReadOrder:
    node = Node(document, [])
    fulfilments = tuple(_fulfilment(each) for each in node.children("fulfilments") or [])
    shipped = [each.whole("shipped") for each in node.children("lines") or []]
    says_units = any("shipped" in line for line in document["lines"] if isinstance(line, dict))
    tenders = tuple(_tender(each) for each in node.children("payments") or [])
    is_paid = sum((each.captured for each in tenders), ZERO) >= (order.grand_total or ZERO)
    return replace(
        order,
        lines=tuple(map(_with_shipped, order.lines, shipped)) if says_units else order.lines,
        fulfilments=tuple(replace(each, names_units=says_units) for each in fulfilments),
        fulfillment_status="fulfilled" if fulfilments else "unfulfilled",
        tenders=tenders,
        financial_status="paid" if tenders and is_paid else "pending",
        customer=_customer(node.child("customer")),
        shipping_address=_address(node.child("ship_to")),
        findings=(*order.findings, *node.findings),
    )


def _with_shipped(line: ReadLine, units: int) -> ReadLine:
    return replace(line, fulfilled_quantity=units)


def _fulfilment(node: Node) -> ReadFulfilment:
    return ReadFulfilment(
        external_id=node.text("external_id") or "",
        shipped_at=node.moment("shipped_at"),
        delivered_at=node.moment("delivered_at"),
        tracking_number=node.text("tracking_number") or "",
        carrier=node.text("carrier") or "",
    )


def _tender(node: Node) -> ReadTender:
    return ReadTender(
        method=node.text("method") or "unknown",
        captured=node.money("captured", "payments") or Decimal(0),
        refunded=node.money("refunded", "payments") or Decimal(0),
        reference=node.text("reference") or "",
    )


def _customer(node: Node) -> ReadCustomer:
    fields = ("external_id", "name", "phone", "locale")
    return ReadCustomer(**{field: node.text(field) or "" for field in fields})


def _address(node: Node) -> ReadAddress | None:
    fields = (
        *("name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone"),
    )
    address = ReadAddress(**{field: node.text(field) or "" for field in fields})
    return None if address == ReadAddress() else address


ADAPTER = ChannelAdapter(name="direct", title="The desk's own API", read=read)

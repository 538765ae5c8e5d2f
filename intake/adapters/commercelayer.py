"""Commerce Layer orders: JSON:API, whole cents, lines beside the order under `included`.

A discount is negative. An order is a draft, then pending, until it is placed; only then has it a
time and is it one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import ZERO, ChannelAdapter, goods_of, kind_of, minor_units
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings
from intake.reading import (
    NotAnOrder,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)
from intake.signing import base64_of_body

OTHER_KINDS = {"errors": "an error answer"}
FREE = {
    "shipments",
    "payment_methods",
    "adjustments",
    "gift_cards",
    "percentage_discount_promotions",
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The order in `document`, or every order of a list."""
    if not isinstance(document, dict):
        return NotAnOrder("There is no order in it.")
    data = document.get("data")
    listed = isinstance(data, list)
    records = data if isinstance(data, list) else [data]
    included = Node(document, []).children("included") or []
    found = [
        _read_order(Node(record, []), included, f"data/{n}" if listed else "")
        for n, record in enumerate(records)
        if isinstance(record, dict) and record.get("type") == "orders"
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _read_order(node: Node, included: list[Node], path: str) -> ReadOrder:
    order = node.child("attributes")
    currency = order.text("currency_code")
    is_inclusive = order.flag("tax_included")
    lines = tuple(
        _read_line(item.child("attributes"), item.text("id") or "", currency)
        for item in included
        if item.text("type") == "line_items"
        and (item.child("attributes").text("item_type") or "skus") not in FREE
    )

    def money(key: str) -> Decimal | None:
        return minor_units(order.money(f"{key}_amount_cents"), currency)

    discount, shipping = money("discount"), money("shipping")
    tax = money("total_tax")
    total = minor_units(order.money("total_amount_with_taxes_cents"), currency)
    gift_card, fees = money("gift_card") or ZERO, (money("payment_method") or ZERO) + (
        money("adjustment") or ZERO
    )  # fmt: skip
    goods = goods_of(lines) if lines else money("subtotal")
    arithmetic, findings = check_total(
        [
            Term("lines", goods, field="lines"),
            Term("discounts", None if discount is None else abs(discount), -1),
            Term("shipping", shipping, field="shipping_total"),
            Term("fees", fees),
            Term("tax", ZERO if is_inclusive else tax, field="tax_total"),
            Term("gift cards", abs(gift_card), -1),
        ],
        total=total,
        named="total_amount_with_taxes",
    )
    node.findings.extend(findings)
    status = order.text("status") or ""
    if status in {"draft", "pending", "placing"}:
        message = f"An order in {status} is not one yet."
        node.find("financial_status", "draft", message, Severity.IGNORE)
    return ReadOrder(
        path=path,
        external_id=node.text("id", "external_id"),
        order_number=order.text("number") or node.text("id"),
        currency=currency,
        placed_at=order.moment("placed_at", "placed_at"),
        customer_email=order.text("customer_email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=None if discount is None else abs(discount),
        tax_total=tax,
        grand_total=total,
        financial_status=order.text("payment_status"),
        fulfillment_status=order.text("fulfillment_status"),
        prices_include_tax=is_inclusive,
        lines_include_tax=bool(is_inclusive),
        arithmetic=arithmetic,
        shipping_tax=money("shipping_tax") or ZERO,
        fees_total=fees,
        gift_cards_total=abs(gift_card),
        source_updated_at=order.moment("updated_at"),
        cancelled_at=order.moment("cancelled_at"),
        is_test=False,
        is_gift=marks.is_gift(order),
        customer=ReadCustomer(locale=order.text("language_code") or ""),
        tenders=_read_tenders(order, total),
        fulfilments=(
            (
                ReadFulfilment(
                    external_id="fulfilled", shipped_at=order.moment("fulfillment_updated_at")
                ),
            )
            if order.text("fulfillment_status") == "fulfilled"
            else ()
        ),
        findings=tuple(node.findings),
    )


def _read_line(line: Node, line_id: str, currency: str | None) -> ReadLine:
    discount = minor_units(line.money("discount_cents"), currency)
    return ReadLine(
        sku=line.sku("sku_code"),
        title=line.text("name"),
        quantity=line.money("quantity"),
        unit_price=minor_units(line.money("unit_amount_cents"), currency),
        discount_total=abs(discount) if discount is not None else ZERO,
        tax_total=minor_units(line.money("tax_amount_cents"), currency),
        tax_rate=line.money("tax_rate"),
        external_id=line_id,
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, line.money("quantity")),
        lots=marks.list_lots(line, line.money("quantity")),
    )


def _read_tenders(order: Node, total: Decimal | None) -> tuple[ReadTender, ...]:
    status = order.text("payment_status")
    if total is None or status not in {"paid", "refunded", "partially_refunded"}:
        return ()
    refunded = total if status == "refunded" else ZERO
    return (ReadTender(method="unknown", captured=total, refunded=refunded),)


ADAPTER = ChannelAdapter(
    name="commercelayer",
    title="Commerce Layer",
    read=read,
    is_signed=base64_of_body("X-CommerceLayer-Signature"),
    topic_header="X-CommerceLayer-Topic",
)

"""Shopify's order export: a row for each line, the order's own fields in its first row alone.

Whether prices hold the tax is said nowhere and follows from the total. Postcodes may begin with
the apostrophe that keeps spreadsheets from reading them as numbers. A line's discount is not the
code's, and “restocked” is what the export calls cancelled.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.drops import DROP
from intake.adapters.port import ZERO, ChannelAdapter, goods_of
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings
from intake.parsing import parse_table
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

MARKS = {"Name", "Lineitem quantity", "Lineitem price"}
GUARD = "'"


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in the table; its path is its name, as the export has it."""
    rows = [row for row in document if isinstance(row, dict)] if isinstance(document, list) else []
    orders: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("Name") and row.keys() >= {"Lineitem quantity"}:
            orders.setdefault(str(row["Name"]), []).append(row)
    if not orders:
        return NotAnOrder("It is not an export of orders.")
    return [_read_order(name, rows) for name, rows in orders.items()]


def _read_order(name: str, rows: list[dict[str, Any]]) -> ReadOrder:
    findings: list[Any] = []
    head = Node({key: _unguarded(value) for key, value in rows[0].items()}, findings)
    is_sent = head.text("Fulfillment Status") == "fulfilled"
    lines = tuple(
        _read_line(Node(row, findings, f"rows[{n}]", f"lines[{n}]"), is_sent=is_sent)
        for n, row in enumerate(rows)
    )
    shipping, tax = head.money("Shipping", "shipping_total"), head.money("Taxes", "tax_total")
    total, duties = head.money("Total", "grand_total"), head.money("Duties") or ZERO
    discount = head.money("Discount Amount", "discount_total")
    is_inclusive = _has_tax_inside(head, shipping=shipping, tax=tax, total=total)
    arithmetic, found = _check_money(
        goods_of(lines), discount, shipping, ZERO if is_inclusive else tax, duties, total
    )
    findings.extend(found)
    outstanding = head.money("Outstanding Balance") or ZERO
    if outstanding > 0 and head.text("Financial Status") == "paid":
        message = f"It says paid, with {outstanding} outstanding."
        head.find("financial_status", "outstanding", message, Severity.WARNING)
    return ReadOrder(
        path=name,
        external_id=head.text("Id", "external_id"),
        order_number=name,
        currency=head.text("Currency"),
        placed_at=head.moment("Created at", "placed_at"),
        customer_email=head.text("Email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=head.text("Financial Status"),
        fulfillment_status=head.text("Fulfillment Status"),
        prices_include_tax=is_inclusive,
        lines_include_tax=bool(is_inclusive),
        arithmetic=arithmetic,
        fees_total=duties,
        tax_stands_on_order=True,
        cancelled_at=head.moment("Cancelled at"),
        customer=ReadCustomer(
            name=head.text("Billing Name") or head.text("Shipping Name") or "",
            phone=head.text("Phone") or head.text("Billing Phone") or "",
        ),
        shipping_address=_read_address(head, "Shipping"),
        billing_address=_read_address(head, "Billing"),
        tenders=_read_tenders(head, total),
        fulfilments=(
            (ReadFulfilment(external_id=name, shipped_at=head.moment("Fulfilled at")),)
            if is_sent
            else ()
        ),
        is_gift=marks.is_gift(_read_marks(head)),
        findings=tuple(findings),
    )


def _read_marks(head: Node) -> Node:
    """Tags as the API has them, and note attributes, which an export writes a line each."""
    notes = [line.partition(":") for line in (head.text("Note Attributes") or "").splitlines()]
    pairs = [{"name": name.strip(), "value": value.strip()} for name, _, value in notes]
    return Node({"tags": head.text("Tags") or "", "note_attributes": pairs}, [])


def _unguarded(cell: Any) -> Any:
    return cell.removeprefix(GUARD) if isinstance(cell, str) else cell


def _has_tax_inside(
    head: Node, *, shipping: Decimal | None, tax: Decimal | None, total: Decimal | None
) -> bool | None:
    """None where there is no tax: then it makes no difference and nobody can tell."""
    subtotal = head.money("Subtotal")
    if subtotal is None or shipping is None or total is None or not tax:
        return None
    return subtotal + shipping == total


def _check_money(
    goods: Decimal | None,
    discount: Decimal | None,
    shipping: Decimal | None,
    tax: Decimal | None,
    duties: Decimal,
    total: Decimal | None,
) -> tuple[Arithmetic, list[Any]]:
    return check_total(
        [
            Term("lines", goods),
            Term("discounts", discount, -1, field="discount_total"),
            Term("shipping", shipping, field="shipping_total"),
            Term("tax", tax, field="tax_total"),
            Term("duties", duties),
        ],
        total=total,
        named="Total",
    )


def _read_line(row: Node, *, is_sent: bool) -> ReadLine:
    quantity = row.money("Lineitem quantity", f"{row.target}.quantity")
    has_left = is_sent or row.text("Lineitem fulfillment status") == "fulfilled"
    return ReadLine(
        sku=row.sku("Lineitem sku"),
        title=row.text("Lineitem name"),
        quantity=quantity,
        unit_price=row.money("Lineitem price", f"{row.target}.unit_price"),
        discount_total=row.money("Lineitem discount") or ZERO,
        tax_total=None,
        fulfilled_quantity=row.whole("Lineitem quantity") if has_left else 0,
        needs_shipping=row.text("Lineitem requires shipping") != "false",
    )


def _read_address(head: Node, side: str) -> ReadAddress | None:
    address = ReadAddress(
        name=head.text(f"{side} Name") or "",
        company=head.text(f"{side} Company") or "",
        line1=head.text(f"{side} Address1") or head.text(f"{side} Street") or "",
        line2=head.text(f"{side} Address2") or "",
        city=head.text(f"{side} City") or "",
        region=head.text(f"{side} Province") or "",
        postcode=head.text(f"{side} Zip") or "",
        country=head.text(f"{side} Country") or "",
        phone=head.text(f"{side} Phone") or "",
    )
    return None if address == ReadAddress() else address


def _read_tenders(head: Node, total: Decimal | None) -> tuple[ReadTender, ...]:
    if total is None or head.text("Financial Status") not in {
        "paid", "partially_refunded", "refunded", "partially_paid"
    }:  # fmt: skip
        return ()
    outstanding = max(head.money("Outstanding Balance") or ZERO, ZERO)
    captured = max(total - outstanding, ZERO)
    return (
        ReadTender(
            method=head.text("Payment Method") or "unknown",
            captured=captured,
            refunded=min(head.money("Refunded Amount") or ZERO, captured),
            reference=(head.text("Payment Reference") or "").partition(" + ")[0],
        ),
    )


ADAPTER = ChannelAdapter(
    name="shopify-csv",
    title="Shopify export",
    read=read,
    parse=parse_table,
    aliases=("csv",),
    polls=(DROP,),
)

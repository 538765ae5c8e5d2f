"""Shops of any kind: JSON or a table, read by the mapping that an admin made for the channel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.strict_json import parse_document
from intake import marks
from intake.adapters.drops import DROP
from intake.adapters.port import ZERO, ChannelAdapter, discounts_of, goods_of
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings
from intake.mapping import LINE_TARGETS, ORDER_TARGETS, MappingPlan, list_records, take
from intake.parsing import parse_table
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
)

PAID = {"paid", "partially_refunded", "refunded"}


def parse(body: bytes) -> Any:
    """JSON where it begins as JSON does, else a table."""
    return parse_document(body) if body.lstrip()[:1] in (b"{", b"[") else parse_table(body)


def read(document: Any, *, topic: str = "", mapping: MappingPlan | None = None) -> Readings:
    """Every order that the mapping finds in `document`."""
    if mapping is None:
        node = Node(document if isinstance(document, dict) else {}, [])
        if not isinstance(document, dict | list) or not _says_anything(document):
            return NotAnOrder("There is no order in it.")
        node.find("external_id", "no_mapping", "No mapping is published for this channel.")
        return [_read_order(node, (), "")]
    orders = [
        _read_record(record, lines, path, mapping)
        for path, record, lines in list_records(document, mapping)
    ]
    return [*orders] or NotAnOrder("The mapping finds no order in it.")


def _says_anything(value: Any) -> bool:
    """Whether a value stands anywhere in it: lists of nothing are nothing."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return any(_says_anything(part) for part in parts)
    return value not in (None, "")


def _read_record(record: Any, rows: list[Any], path: str, mapping: MappingPlan) -> ReadOrder:
    values, problems = take(record, mapping, ORDER_TARGETS)
    node = Node(values, [])
    lines = []
    for position, row in enumerate(rows):
        line_values, line_problems = take(row, mapping, LINE_TARGETS)
        problems += [f"line {position + 1}: {problem}" for problem in line_problems]
        lines.append(_read_line(Node(line_values, node.findings, target=f"lines[{position}]")))
    for problem in problems:
        field = problem.rpartition(": ")[0].rpartition(" ")[2]
        node.find(field.partition(":")[0], "unmappable", problem[:400])
    return _read_order(node, tuple(lines), path)


def _read_line(node: Node) -> ReadLine:
    return ReadLine(
        sku=node.sku("sku"),
        title=node.text("title"),
        quantity=node.money("quantity", f"{node.target}.quantity"),
        unit_price=node.money("unit_price", f"{node.target}.unit_price"),
        discount_total=node.money("discount_total", f"{node.target}.discount_total") or ZERO,
        tax_total=node.money("tax_total", f"{node.target}.tax_total"),
        external_id=node.text("external_id") or "",
        is_final_sale=node.says_yes("is_final_sale"),
        serials=marks.split_units(node.text("serials") or "", longest=marks.LONGEST_SERIAL),
        lots=marks.split_units(node.text("lots") or "", longest=marks.LONGEST_LOT),
    )


def _read_order(node: Node, lines: tuple[ReadLine, ...], path: str) -> ReadOrder:
    shipping = node.money("shipping_total", "shipping_total") or ZERO
    stated_discount = node.money("discount_total", "discount_total")
    discount = discounts_of(lines) if stated_discount is None else stated_discount
    tax, total = node.money("tax_total", "tax_total"), node.money("grand_total", "grand_total")
    is_inclusive = node.flag("prices_include_tax")
    arithmetic, findings = check_total(
        [
            Term("lines", goods_of(lines) if lines else None),
            Term("discounts", discount, -1),
            Term("shipping", shipping),
            Term("tax", ZERO if is_inclusive else (tax or ZERO)),
        ],
        total=total,
        named="the total",
    )
    node.findings.extend(findings)
    fulfilment = node.text("fulfillment_status")
    return ReadOrder(
        path=path,
        external_id=node.text("external_id", "external_id"),
        order_number=node.text("order_number") or node.text("external_id"),
        currency=node.text("currency"),
        placed_at=None if node.local_time("placed_at") else node.moment("placed_at", "placed_at"),
        placed_at_local=node.local_time("placed_at"),
        customer_email=node.text("customer_email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=node.text("financial_status"),
        fulfillment_status=fulfilment,
        prices_include_tax=is_inclusive,
        lines_include_tax=bool(is_inclusive),
        arithmetic=arithmetic,
        tax_stands_on_order=True,
        source_updated_at=node.moment("updated_at", naive_is_utc=True),
        is_test=bool(node.flag("is_test")),
        is_gift=node.says_yes("is_gift"),
        customer=ReadCustomer(name=node.text("customer_name") or ""),
        shipping_address=_read_address(node),
        tenders=_read_tenders(node, total),
        fulfilments=(
            (ReadFulfilment(external_id="fulfilled", shipped_at=None),)
            if fulfilment == "fulfilled"
            else ()
        ),
        findings=tuple(node.findings),
    )


def _read_address(node: Node) -> ReadAddress | None:
    fields = ("name", "line1", "line2", "city", "postcode", "country")
    address = ReadAddress(**{field: node.text(f"ship_{field}") or "" for field in fields})
    return None if address == ReadAddress() else address


def _read_tenders(node: Node, total: Decimal | None) -> tuple[ReadTender, ...]:
    status = node.text("financial_status")
    if total is None or status not in PAID:
        return ()
    return (
        ReadTender(
            method=node.text("payment_method") or "unknown",
            captured=total,
            refunded=total if status == "refunded" else ZERO,
            reference=node.text("payment_reference") or "",
        ),
    )


ADAPTER = ChannelAdapter(
    name="generic",
    title="Own shop",
    read=read,
    parse=parse,
    wants_mapping=True,
    polls=(DROP,),
)

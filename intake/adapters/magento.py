"""Adobe Commerce (Magento 2): orders and invoices by REST, orders by GraphQL.

`discount_amount` is negative on the document and positive on its items; `base_*` is the shop's own
currency and never mixed in; times are naive and UTC. A configurable product and its variant share
one SKU, a bundle lists its children too: only the row that carries the money counts. Extensions
put password hashes into their webhooks; `console` masks them wherever a payload is shown.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    goods_of,
    join_names,
    kind_of,
    records_in,
)
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings
from intake.reading import (
    NotAnOrder,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
)

OTHER_KINDS = {
    "totals": "the totals of a checkout",
    "creditmemo_status": "a credit memo",
    "adjustment_negative": "a credit memo",
    "tracks": "a shipment",
    "line_items": "an order of an extension's own making, without SKUs",
    "message": "an error answer",
}
INVOICE_STATES = {"1": "pending", "2": "paid", "3": "voided"}
INSIDE = {"items", "orders", "order", "data", "customer", "customerOrders"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order or invoice in `document`."""
    found = [
        _read_graphql(Node(value, []), path=path)
        if _is_graphql(value)
        else _read_rest(Node(value, []), path=path)
        for path, value in records_in(document, _is_one, inside=INSIDE)
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_one(value: dict[str, Any]) -> bool:
    if not {"totals", "creditmemo_status", "adjustment_negative", "tracks"}.isdisjoint(value):
        return False
    return _is_graphql(value) or ("increment_id" in value and "grand_total" in value)


def _is_graphql(value: dict[str, Any]) -> bool:
    return ("order_number" in value or "number" in value) and bool(
        {"grand_total", "total", "order_date"} & value.keys()
    )


def _read_rest(node: Node, *, path: str) -> ReadOrder:
    is_invoice = "order_id" in node
    lines = tuple(_read_line(row) for row in _rows(node))
    compensation = node.money("discount_tax_compensation_amount") or ZERO
    stated_discount = node.money("discount_amount", "discount_total")
    discount = None if stated_discount is None else abs(stated_discount) - compensation
    shipping, tax = node.money("shipping_amount", "shipping_total"), node.money("tax_amount")
    total = node.money("grand_total", "grand_total")
    gift_cards = node.money("gift_cards_amount") or ZERO
    credit = node.money("customer_balance_amount") or ZERO
    arithmetic, findings = check_total(
        [
            Term("lines", goods_of(lines), field="lines"),
            Term("discounts", discount, -1, field="discount_total"),
            Term("shipping", shipping, field="shipping_total"),
            Term("tax", tax, field="tax_total"),
            Term("gift cards", abs(gift_cards), -1),
            Term("store credit", abs(credit), -1),
        ],
        total=total,
        named="grand_total",
    )
    node.findings.extend(findings)
    if is_invoice:
        message = "It is an invoice, which may bill a part; the order itself has to come."
        node.find("lines", "invoice", message)
    financial, fulfilment = _statuses(node, lines, total, is_invoice=is_invoice)
    return ReadOrder(
        path=path,
        external_id=node.text("order_id" if is_invoice else "entity_id", "external_id"),
        order_number=node.text("increment_id"),
        currency=node.text("order_currency_code"),
        placed_at=node.moment("created_at", "placed_at", naive_is_utc=True),
        customer_email=node.text("customer_email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=financial,
        fulfillment_status=fulfilment,
        prices_include_tax=None,
        arithmetic=arithmetic,
        shipping_tax=node.money("shipping_tax_amount") or ZERO,
        shipping_discount=node.money("shipping_discount_amount") or ZERO,
        gift_cards_total=abs(gift_cards) + abs(credit),
        source_updated_at=node.moment("updated_at", naive_is_utc=True),
        cancelled_at=(
            node.moment("updated_at", naive_is_utc=True) if financial == "voided" else None
        ),
        customer=_read_customer(node),
        shipping_address=_read_address(_ship_to(node)),
        billing_address=_read_address(node.child("billing_address")),
        tenders=_read_tenders(node, total, abs(gift_cards), abs(credit)),
        fulfilments=_read_fulfilments(lines),
        is_gift=bool(node.child("extension_attributes").child("gift_message")),
        findings=tuple(node.findings),
    )


def _rows(node: Node) -> list[Node]:
    """The rows that carry money: a parent, or its children where they do."""
    rows = node.children("items", "lines") or []
    paid = {_row_id(row) for row in rows if row.money("row_total")}
    parents = {_parent_id(row) for row in rows}
    return [
        row
        for row in rows
        if row.money("row_total") is not None
        and not (_parent_id(row) and (_parent_id(row) in paid or not row.money("row_total")))
        and not (_row_id(row) in parents and not row.money("row_total"))
    ]


def _row_id(row: Node) -> str:
    return row.text("item_id") or row.text("order_item_id") or row.text("entity_id") or ""


def _parent_id(row: Node) -> str:
    return row.text("parent_item_id") or row.child("parent_item").text("item_id") or ""


def _read_line(row: Node) -> ReadLine:
    quantity = row.money("qty_ordered", f"{row.target}.quantity") or row.money("qty")
    discount = row.money("discount_amount", f"{row.target}.discount_total") or ZERO
    compensation = row.money("discount_tax_compensation_amount") or ZERO
    percent = row.money("tax_percent")
    return ReadLine(
        sku=row.sku("sku"),
        title=row.text("name", f"{row.target}.title"),
        quantity=quantity,
        unit_price=row.money("price", f"{row.target}.unit_price"),
        discount_total=abs(discount) - compensation,
        tax_total=row.money("tax_amount", f"{row.target}.tax_total"),
        tax_rate=None if percent is None else percent / 100,
        external_id=row.text("order_item_id") or row.text("item_id") or "",
        product_id=row.text("product_id") or "",
        fulfilled_quantity=row.whole("qty_shipped"),
        refunded_quantity=row.whole("qty_refunded"),
        needs_shipping=not row.says_yes("is_virtual"),
    )


def _statuses(
    node: Node, lines: tuple[ReadLine, ...], total: Decimal | None, *, is_invoice: bool
) -> tuple[str | None, str | None]:
    if is_invoice:
        return INVOICE_STATES.get(node.text("state") or ""), None
    status = (node.text("status") or node.text("state") or "").lower()
    if status in {"holded", "fraud", "payment_review"}:
        node.find("financial_status", "on_hold", f"The shop holds it back itself: {status}.")
    refunded, paid = node.money("total_refunded") or ZERO, node.money("total_paid") or ZERO
    if status in {"canceled", "cancelled"}:
        financial = "voided"
    elif refunded and refunded >= paid:
        financial = "refunded"
    elif refunded:
        financial = "partially_refunded"
    else:
        financial = "paid" if total is not None and paid >= total else "pending"
    shipped = sum(line.fulfilled_quantity for line in lines)
    ordered = sum((line.quantity or ZERO for line in lines), ZERO)
    if shipped and shipped < ordered:
        return financial, "partial"
    return financial, "fulfilled" if shipped else "unfulfilled"


def _read_customer(node: Node) -> ReadCustomer:
    billing = node.child("billing_address")
    return ReadCustomer(
        external_id=node.text("customer_id") or "",
        name=join_names(node.text("customer_firstname"), node.text("customer_lastname"))
        or join_names(billing.text("firstname"), billing.text("lastname")),
        phone=billing.text("telephone") or "",
    )


def _ship_to(node: Node) -> Node:
    assignments = node.child("extension_attributes").children("shipping_assignments") or []
    return (assignments[0] if assignments else Node({}, [])).child("shipping").child("address")


def _read_address(node: Node) -> ReadAddress | None:
    if not node:
        return None
    street = node.value.get("street")
    rows = [row for row in street if isinstance(row, str)] if isinstance(street, list) else []
    return ReadAddress(
        name=join_names(node.text("firstname"), node.text("lastname")),
        company=node.text("company") or "",
        line1=rows[0] if rows else "",
        line2=", ".join(rows[1:]),
        city=node.text("city") or "",
        region=node.text("region_code") or "",
        postcode=node.text("postcode") or "",
        country=node.text("country_id") or "",
        phone=node.text("telephone") or "",
    )


def _read_tenders(
    node: Node, total: Decimal | None, gift_cards: Decimal, credit: Decimal
) -> tuple[ReadTender, ...]:
    paid = node.money("total_paid") or ZERO
    tenders = [
        ReadTender(method=method, captured=amount)
        for method, amount in (("gift_card", gift_cards), ("store_credit", credit))
        if amount
    ]
    if total is not None and paid:
        payment = node.child("payment")
        tenders.append(
            ReadTender(
                method=payment.text("method") or "unknown",
                captured=min(paid, total),
                refunded=min(node.money("total_refunded") or ZERO, paid, total),
                reference=payment.text("last_trans_id") or "",
            )
        )
    return tuple(tenders)


def _read_fulfilments(lines: tuple[ReadLine, ...]) -> tuple[ReadFulfilment, ...]:
    if not any(line.fulfilled_quantity for line in lines):
        return ()
    return (ReadFulfilment(external_id="shipped", shipped_at=None, names_units=True),)


def _read_graphql(node: Node, *, path: str) -> ReadOrder:
    """What was asked for and no more: a selection without prices of the lines stays incomplete."""
    totals = node.child("total")
    grand = totals.child("grand_total")
    total = grand.money("value", "grand_total") if grand else node.money("grand_total")
    lines = tuple(_read_graphql_line(line) for line in node.children("items", "lines") or [])
    shipping = totals.child("total_shipping").money("value")
    tax = totals.child("total_tax").money("value")
    discounts = totals.children("discounts")
    discount = None if discounts is None else sum(map(_discount, discounts), ZERO)
    arithmetic, findings = check_total(
        [
            Term("lines", goods_of(lines) if lines else None),
            Term("discounts", discount, -1),
            Term("shipping", shipping),
            Term("tax", tax),
        ],
        total=total,
        named="grand_total",
    )
    node.findings.extend(findings)
    if shipping is None or tax is None:
        node.find("lines", "selection", "The query asked for a part of the order only.")
    return ReadOrder(
        path=path,
        external_id=node.text("id", "external_id"),
        order_number=node.text("order_number") or node.text("number"),
        currency=grand.text("currency"),
        placed_at=node.moment("created_at", "placed_at", naive_is_utc=True)
        or node.moment("order_date", "placed_at", naive_is_utc=True),
        customer_email=node.text("email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount if discounts else (ZERO if discounts == [] else None),
        tax_total=tax,
        grand_total=total,
        financial_status=None,
        fulfillment_status=(node.text("status") or "").lower() or None,
        prices_include_tax=None,
        arithmetic=arithmetic,
        tax_stands_on_order=tax is not None,
        is_gift=bool(node.child("gift_message")),
        findings=tuple(node.findings),
    )


def _read_graphql_line(line: Node) -> ReadLine:
    return ReadLine(
        sku=line.sku("product_sku"),
        title=line.text("product_name"),
        quantity=line.money("quantity_ordered", f"{line.target}.quantity"),
        unit_price=line.child("product_sale_price").money("value", f"{line.target}.unit_price"),
        discount_total=sum(map(_discount, line.children("discounts") or []), ZERO),
        tax_total=None,
        external_id=line.text("id") or "",
        fulfilled_quantity=line.whole("quantity_shipped"),
        refunded_quantity=line.whole("quantity_refunded"),
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, line.money("quantity_ordered")),
        lots=marks.list_lots(line, line.money("quantity_ordered")),
    )


def _discount(discount: Node) -> Decimal:
    return abs(discount.child("amount").money("value") or ZERO)


ADAPTER = ChannelAdapter(
    name="magento",
    title="Adobe Commerce",
    read=read,
    aliases=("magento-graphql", "adobe-commerce"),
    topic_header="X-Adobe-Topic",
)

"""BigCommerce: thin webhooks, and V2 orders with their products put in.

A webhook says that something changed and no more. An order's `products` is a link unless the
fetch put the list in its place. Amounts have four decimals, dates are those of mails, an absent
value is "" or "0".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    address_of,
    goods_of,
    join_names,
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
    Severity,
)

INSIDE = {"orders", "order", "data"}
OTHER_KINDS = {"title": "an error answer"}
STATUSES = {
    "pending": ("pending", "unfulfilled"),
    "awaiting payment": ("pending", "unfulfilled"),
    "awaiting fulfillment": ("paid", "unfulfilled"),
    "awaiting shipment": ("paid", "unfulfilled"),
    "awaiting pickup": ("paid", "unfulfilled"),
    "partially shipped": ("paid", "partial"),
    "shipped": ("paid", "fulfilled"),
    "completed": ("paid", "fulfilled"),
    "refunded": ("refunded", "unfulfilled"),
    "partially refunded": ("partially_refunded", "unfulfilled"),
    "cancelled": ("voided", "unfulfilled"),
    "declined": ("failed", "unfulfilled"),
    "disputed": ("paid", "fulfilled"),
}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`, or the notice that one changed."""
    if isinstance(document, dict) and "scope" in document and "hash" in document:
        return _read_notice(Node(document, []))
    found = [
        _read_order(Node(value, []), path)
        for path, value in records_in(document, _is_order, inside=INSIDE)
    ]
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _read_notice(node: Node) -> Readings:
    scope, data = node.text("scope") or "", node.child("data")
    if "order" not in scope or "message" in scope:
        return NotAnOrder(f"The notice {scope} is not about an order.")
    order = data.text("id") or data.text("order_id")
    if order is None:
        return NotAnOrder("The notice names no order.")
    return [ReadNotice(external_id=order, resource="order")]


def _is_order(value: dict[str, Any]) -> bool:
    return "id" in value and "total_inc_tax" in value


def _read_order(node: Node, path: str) -> ReadOrder:
    products = node.children("products", "lines") if _has_products(node) else None
    if products is None:
        node.find("lines", "apart", "The document only links to its products.")
    lines = tuple(_read_line(line) for line in products or [])
    shipping = node.money("shipping_cost_inc_tax", "shipping_total") or ZERO
    handling = (node.money("handling_cost_inc_tax") or ZERO) + (
        node.money("wrapping_cost_inc_tax") or ZERO
    )
    discount = (node.money("discount_amount") or ZERO) + (node.money("coupon_discount") or ZERO)
    tax, total = node.money("total_tax", "tax_total"), node.money("total_inc_tax", "grand_total")
    subtotal = node.money("subtotal_inc_tax")
    arithmetic, findings = check_total(
        [
            Term("lines", goods_of(lines) if lines else subtotal, field="lines"),
            Term("discounts", discount, -1),
            Term("shipping", shipping),
            Term("handling and wrapping", handling),
        ],
        total=total,
        named="total_inc_tax",
    )
    node.findings.extend(findings)
    node.findings.extend(
        check_subtotal(
            [
                Term("subtotal without tax", node.money("subtotal_ex_tax")),
                Term("its tax", node.money("subtotal_tax")),
            ],
            stated=subtotal,
            named="subtotal_inc_tax",
            field="tax_total",
        )
    )
    financial, fulfilment = _statuses(node)
    return ReadOrder(
        path=path,
        external_id=node.text("id", "external_id"),
        order_number=node.text("id"),
        currency=node.text("currency_code"),
        placed_at=node.mail_date("date_created", "placed_at"),
        customer_email=node.child("billing_address").text("email"),
        lines=lines,
        shipping_total=shipping,
        discount_total=discount,
        tax_total=tax,
        grand_total=total,
        financial_status=financial,
        fulfillment_status=fulfilment,
        prices_include_tax=True,
        lines_include_tax=True,
        arithmetic=arithmetic,
        shipping_tax=node.money("shipping_cost_tax") or ZERO,
        fees_total=handling,
        source_updated_at=node.mail_date("date_modified"),
        cancelled_at=node.mail_date("date_modified") if financial == "voided" else None,
        is_test=node.text("external_source") == "test",
        customer=_read_customer(node),
        billing_address=_read_address(node.child("billing_address")),
        shipping_address=_ship_to(node),
        tenders=_read_tenders(node, financial, total),
        fulfilments=_read_fulfilments(node),
        findings=tuple(node.findings),
    )


def _has_products(node: Node) -> bool:
    return isinstance(node.value.get("products"), list)


def _read_line(line: Node) -> ReadLine:
    return ReadLine(
        sku=line.sku("sku"),
        title=line.text("name"),
        quantity=line.money("quantity", f"{line.target}.quantity"),
        unit_price=line.money("price_inc_tax", f"{line.target}.unit_price"),
        discount_total=line.sum("applied_discounts", "amount"),
        tax_total=line.money("total_tax", f"{line.target}.tax_total"),
        external_id=line.text("id") or "",
        product_id=line.text("product_id") or "",
        variant_id=line.text("variant_id") or "",
        fulfilled_quantity=line.whole("quantity_shipped"),
        refunded_quantity=line.whole("quantity_refunded"),
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, line.money("quantity")),
        lots=marks.list_lots(line, line.money("quantity")),
    )


def _statuses(node: Node) -> tuple[str | None, str]:
    status = (node.text("status") or "").lower()
    if status == "incomplete":
        message = "An incomplete order is a checkout that was left."
        node.find("financial_status", "draft", message, Severity.IGNORE)
    elif status == "manual verification required":
        node.find("financial_status", "on_hold", "The shop wants it verified by hand.")
    elif status not in STATUSES:
        node.find("financial_status", "unknown_status", f"“{status}” is not a known status.")
    return STATUSES.get(status, (status or None, "unfulfilled"))


def _read_customer(node: Node) -> ReadCustomer:
    billing = node.child("billing_address")
    customer = node.text("customer_id") or ""
    return ReadCustomer(
        external_id="" if customer == "0" else customer,
        name=join_names(billing.text("first_name"), billing.text("last_name")),
        phone=billing.text("phone") or "",
    )


def _ship_to(node: Node) -> ReadAddress | None:
    stated = node.value.get("shipping_addresses")
    known = node.children("shipping_addresses") if isinstance(stated, list) else None
    return _read_address(known[0]) if known else None


def _read_address(node: Node) -> ReadAddress | None:
    address = address_of(
        node,
        company="company",
        line1="street_1",
        line2="street_2",
        city="city",
        region="state",
        postcode="zip",
        country="country_iso2",
        phone="phone",
    )
    name = join_names(node.text("first_name"), node.text("last_name"))
    if address is None:
        return ReadAddress(name=name) if name else None
    return ReadAddress(**{**{f: getattr(address, f) for f in address.__slots__}, "name": name})


def _read_tenders(
    node: Node, financial: str | None, total: Decimal | None
) -> tuple[ReadTender, ...]:
    if total is None or financial not in {"paid", "refunded", "partially_refunded"}:
        return ()
    return (
        ReadTender(
            method=node.text("payment_method") or "unknown",
            captured=total,
            refunded=min(node.money("refunded_amount") or ZERO, total),
            reference=node.text("payment_provider_id") or "",
        ),
    )


def _read_fulfilments(node: Node) -> tuple[ReadFulfilment, ...]:
    shipped_at = node.mail_date("date_shipped")
    if shipped_at is None and not node.whole("items_shipped"):
        return ()
    return (ReadFulfilment(external_id="shipped", shipped_at=shipped_at, names_units=True),)


def _addresses(account: str, order: str) -> list[str]:
    base = f"https://api.bigcommerce.com/stores/{account}/v2/orders/{order}"
    return [base, f"{base}/products"]


ADAPTER = ChannelAdapter(
    name="bigcommerce",
    title="BigCommerce",
    read=read,
    hosts=("api.bigcommerce.com",),
    addresses=_addresses,
)

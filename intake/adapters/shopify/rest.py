"""One Shopify order as REST and webhooks write it: snake_case, money as strings."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from intake import marks
from intake.arithmetic import Term, check_subtotal, check_total
from intake.document import Node
from intake.reading import (
    Arithmetic,
    Finding,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)

ZERO = Decimal(0)
PAID = {"paid", "partially_refunded", "refunded"}


def read_order(node: Node, *, path: str) -> ReadOrder:
    """`node` as an order; what it lacks is None and stands among the findings."""
    line_nodes = node.children("line_items", "lines")
    lines = tuple(_read_line(line, node) for line in line_nodes or [])
    shipping = node.children("shipping_lines")
    taxes_included = node.flag("taxes_included")
    money = _OrderMoney(node, lines, shipping)
    goods = None if line_nodes is None else _goods(lines)
    arithmetic = _check_money(node, money, goods, taxes_included=taxes_included)
    node.findings.extend(_check_subtotals(node, money, lines, goods))
    ship_to = _read_address(node.child("shipping_address"))
    return ReadOrder(
        path=path,
        external_id=_external_id(node),
        order_number=node.text("name") or node.text("order_number"),
        currency=node.text("currency"),
        placed_at=node.moment("processed_at", "placed_at")
        or node.moment("created_at", "placed_at"),
        customer_email=_email(node),
        lines=lines,
        shipping_total=money.shipping,
        discount_total=money.discount,
        tax_total=money.tax,
        grand_total=money.total,
        financial_status=node.text("financial_status"),
        fulfillment_status=node.text("fulfillment_status"),
        prices_include_tax=taxes_included,
        lines_include_tax=bool(taxes_included),
        arithmetic=arithmetic,
        shipping_discount=money.shipping_discount,
        shipping_tax=money.shipping_tax,
        fees_total=money.tip + money.duties + money.fees,
        source_updated_at=node.moment("updated_at"),
        cancelled_at=node.moment("cancelled_at"),
        is_test=bool(node.flag("test")),
        is_gift=marks.is_gift(node),
        customer=_read_customer(node, ship_to),
        shipping_address=ship_to,
        billing_address=_read_address(node.child("billing_address")),
        tenders=_read_tenders(node, money.total),
        fulfilments=_read_fulfilments(node),
        findings=tuple(node.findings),
    )


class _OrderMoney:
    """The amounts of one order: original ones, before edits and refunds (`current_*` is after)."""

    def __init__(
        self, node: Node, lines: tuple[ReadLine, ...], shipping: list[Node] | None
    ) -> None:
        self.total = node.money("total_price", "grand_total")
        self.discount = node.money("total_discounts", "discount_total")
        self.shipping = _shipping_total(shipping)
        self.shipping_discount = _shipping_discounts(node, shipping or [])
        self.shipping_tax = sum(map(_taxes, shipping or []), ZERO)
        self.tax = node.money("total_tax", "tax_total")
        if self.tax is None and ("total_tax" in node or "tax_lines" in node):
            self.tax = self.line_tax(lines) or _taxes(node)
        self.tip = node.money("total_tip_received") or ZERO
        self.duties = _set_amount(node, "original_total_duties_set")
        self.fees = _set_amount(node, "original_total_additional_fees_set")

    def line_tax(self, lines: Iterable[ReadLine]) -> Decimal:
        return sum((line.tax_total or ZERO for line in lines), self.shipping_tax)


def _shipping_total(shipping: list[Node] | None) -> Decimal | None:
    if shipping is None:
        return None
    return sum((line.money("price", "shipping_total") or ZERO for line in shipping), ZERO)


def _shipping_discounts(node: Node, shipping: list[Node]) -> Decimal:
    """By line where `discounted_price` stands; older documents only have the code's amount."""
    if any("discounted_price" in line for line in shipping):
        return sum((_shipping_discount(line) for line in shipping), ZERO)
    codes = node.children("discount_codes") or []
    free = (code.money("amount") or ZERO for code in codes if code.text("type") == "shipping")
    return sum(free, ZERO)


def _shipping_discount(line: Node) -> Decimal:
    price, discounted = line.money("price"), line.money("discounted_price")
    return price - discounted if price is not None and discounted is not None else ZERO


def _taxes(node: Node) -> Decimal:
    return _sum_taxes(node.children("tax_lines"))


def _sum_taxes(taxes: list[Node] | None) -> Decimal:
    return sum((tax.money("price", "tax_total") or ZERO for tax in taxes or []), ZERO)


def _set_amount(node: Node, key: str) -> Decimal:
    return node.child(key).child("shop_money").money("amount") or ZERO


def _external_id(node: Node) -> str | None:
    """The id, or the gid where they disagree: a JavaScript sender rounds ids beyond 2^53."""
    stated = node.text("id", "external_id")
    exact = (node.text("admin_graphql_api_id") or "").rpartition("/")[2]
    if not exact.isdecimal() or exact == stated:
        return stated
    message = f"id {stated} was rounded by its sender, admin_graphql_api_id says {exact}"
    node.find("external_id", "rounded_id", message, Severity.WARNING)
    return exact


def _email(node: Node) -> str | None:
    return node.text("email") or node.text("contact_email") or node.child("customer").text("email")


def _read_line(line: Node, order: Node) -> ReadLine:
    taxes = line.children("tax_lines")
    line_id = line.text("id") or ""
    quantity = line.money("quantity", f"{line.target}.quantity")
    return ReadLine(
        sku=line.sku("sku"),
        title=line.text("title") or line.text("name"),
        variant_title=line.text("variant_title") or "",
        quantity=quantity,
        unit_price=line.money("price", f"{line.target}.unit_price"),
        discount_total=_line_discount(line),
        tax_total=_sum_taxes(taxes),
        tax_rate=sum((tax.money("rate") or ZERO for tax in taxes), ZERO) if taxes else None,
        external_id=line_id,
        product_id=line.text("product_id") or "",
        variant_id=line.text("variant_id") or "",
        current_quantity=line.money("current_quantity"),
        fulfilled_quantity=_fulfilled(line_id, order),
        refunded_quantity=_refunded(line_id, order),
        needs_shipping=line.flag("requires_shipping") is not False,
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, quantity),
        lots=marks.list_lots(line, quantity),
    )


def _line_discount(line: Node) -> Decimal:
    """Allocations cover line and order discounts; older documents only have `total_discount`."""
    allocations = line.children("discount_allocations")
    if not allocations:
        return line.money("total_discount", f"{line.target}.discount_total") or ZERO
    field = f"{line.target}.discount_total"
    return sum((part.money("amount", field) or ZERO for part in allocations), ZERO)


def _fulfilled(line_id: str, order: Node) -> int:
    """Units in parcels that have left."""
    if not order.value.get("fulfillments"):
        return 0
    return sum(
        part.whole("quantity")
        for parcel in order.children("fulfillments") or []
        if _has_left(parcel)
        for part in parcel.children("line_items") or []
        if part.text("id") == line_id
    )


def _refunded(line_id: str, order: Node) -> int:
    """Units refunded after they were sent; a cancelled one was never sent."""
    if not order.value.get("refunds"):
        return 0
    return sum(
        part.whole("quantity")
        for refund in order.children("refunds") or []
        for part in refund.children("refund_line_items") or []
        if part.text("line_item_id") == line_id and part.text("restock_type") != "cancel"
    )


def _has_left(parcel: Node) -> bool:
    return parcel.text("status") in {"success", "open", "pending"}


def _read_customer(node: Node, ship_to: ReadAddress | None) -> ReadCustomer:
    customer = node.child("customer")
    names = [customer.text("first_name"), customer.text("last_name")]
    address = ship_to or ReadAddress()
    return ReadCustomer(
        external_id=customer.text("id") or "",
        name=" ".join(filter(None, names)) or address.name,
        phone=customer.text("phone") or node.text("phone") or address.phone,
        locale=node.text("customer_locale") or "",
    )


def _read_address(node: Node) -> ReadAddress | None:
    if not node:
        return None
    names = [node.text("first_name"), node.text("last_name")]
    return ReadAddress(
        name=node.text("name") or " ".join(filter(None, names)),
        company=node.text("company") or "",
        line1=node.text("address1") or "",
        line2=node.text("address2") or "",
        city=node.text("city") or "",
        region=node.text("province_code") or node.text("province") or "",
        postcode=node.text("zip") or "",
        country=node.text("country_code") or "",
        phone=node.text("phone") or "",
    )


def _read_tenders(node: Node, total: Decimal | None) -> tuple[ReadTender, ...]:
    """One tender by the status: an order document does not list what each payment took."""
    status = node.text("financial_status")
    if total is None or status not in PAID | {"partially_paid"}:
        return ()
    outstanding = node.money("total_outstanding") or ZERO
    captured = total - outstanding if status == "partially_paid" else total
    method = _payment_method(node)
    return (ReadTender(method=method, captured=captured, refunded=_money_returned(node)),)


def _payment_method(node: Node) -> str:
    gateways = node.value.get("payment_gateway_names")
    stated = gateways if isinstance(gateways, list) else []
    named = [name for name in stated if isinstance(name, str) and name]
    return ("+".join(named) or node.text("gateway") or "unknown")[:100]


def _money_returned(node: Node) -> Decimal:
    """What really went back: successful refund transactions, not what was worked out for them."""
    return sum(
        (
            payment.money("amount") or ZERO
            for refund in node.children("refunds") or []
            for payment in refund.children("transactions") or []
            if payment.text("kind") == "refund" and payment.text("status") == "success"
        ),
        ZERO,
    )


def _read_fulfilments(node: Node) -> tuple[ReadFulfilment, ...]:
    return tuple(
        ReadFulfilment(
            external_id=parcel.text("id") or "",
            shipped_at=parcel.moment("created_at"),
            delivered_at=(
                parcel.moment("updated_at")
                if parcel.text("shipment_status") == "delivered"
                else None
            ),
            tracking_number=parcel.text("tracking_number") or "",
            carrier=parcel.text("tracking_company") or "",
            names_units=bool(parcel.children("line_items")),
        )
        for parcel in node.children("fulfillments") or []
        if _has_left(parcel)
    )


def _check_money(
    node: Node, money: _OrderMoney, goods: Decimal | None, *, taxes_included: bool | None
) -> Arithmetic:
    arithmetic, findings = check_total(
        [
            Term("lines", goods),
            Term("discounts", money.discount, -1, field="discount_total"),
            Term("shipping", money.shipping, field="shipping_total"),
            Term("tax", ZERO if taxes_included else money.tax, field="tax_total"),
            Term("tip", money.tip),
            Term("duties", money.duties),
            Term("additional fees", money.fees),
        ],
        total=money.total,
        named="total_price",
    )
    node.findings.extend(findings)
    return arithmetic


def _check_subtotals(
    node: Node, money: _OrderMoney, lines: tuple[ReadLine, ...], goods: Decimal | None
) -> list[Finding]:
    discounts = sum((line.discount_total or ZERO for line in lines), ZERO)
    claimed = discounts + money.shipping_discount
    too_much = money.discount is not None and claimed > money.discount
    return [
        *check_subtotal(
            [Term("discounts on lines and shipping", claimed)],
            stated=money.discount if too_much else None,
            named="total_discounts",
            field="discount_total",
        ),
        *check_subtotal(
            [Term("sum of the line prices", goods)],
            stated=node.money("total_line_items_price"),
            named="total_line_items_price",
            field="lines",
        ),
        *check_subtotal(
            [Term("line and shipping tax", money.line_tax(lines))],
            stated=node.money("total_tax"),
            named="total_tax",
            field="tax_total",
        ),
        *check_subtotal(
            [Term("lines", goods), Term("line discounts", discounts, -1)],
            stated=node.money("subtotal_price"),
            named="subtotal_price",
            field="discount_total",
        ),
    ]


def _goods(lines: Iterable[ReadLine]) -> Decimal | None:
    total = ZERO
    for line in lines:
        if line.quantity is None or line.unit_price is None:
            return None
        total += line.quantity * line.unit_price
    return total

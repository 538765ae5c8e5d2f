"""One Shopify order as the Admin GraphQL API answers it: camelCase, gids, bags of two currencies.

A query selects its fields, so what is absent was not asked for. Amounts have a varying number of
decimals ("24.0"); all of them are taken from one side of the bag, the shop's where it was selected.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from intake import marks
from intake.arithmetic import Term, check_subtotal, check_total
from intake.document import Node
from intake.reading import (
    Arithmetic,
    ReadAddress,
    ReadCustomer,
    ReadFulfilment,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)

ZERO = Decimal(0)
SIDES = ("shopMoney", "presentmentMoney")
PAID = {"paid", "partially_refunded", "refunded"}


def read_order(node: Node, *, path: str) -> ReadOrder:
    """`node` as an order; what was not selected is None and stands among the findings."""
    side = _side(node)
    line_nodes = _connection(node, "lineItems", target="lines")
    lines = tuple(_read_line(line, side) for line in line_nodes or [])
    taxes_included = node.flag("taxesIncluded")
    money = _OrderMoney(node, side)
    goods = None if line_nodes is None else _goods(lines)
    return ReadOrder(
        path=path,
        external_id=_local_id(node.text("id", "external_id")) or node.text("legacyResourceId"),
        order_number=node.text("name"),
        currency=_currency(node, side),
        placed_at=node.moment("processedAt", "placed_at") or node.moment("createdAt", "placed_at"),
        customer_email=_email(node),
        lines=lines,
        shipping_total=money.shipping,
        discount_total=money.discount,
        tax_total=money.tax,
        grand_total=money.total,
        financial_status=_status(node, "displayFinancialStatus"),
        fulfillment_status=_status(node, "displayFulfillmentStatus"),
        prices_include_tax=taxes_included,
        lines_include_tax=bool(taxes_included),
        arithmetic=_check_money(node, money, goods, side=side, taxes_included=taxes_included),
        shipping_discount=money.shipping_discount,
        shipping_tax=money.shipping_tax,
        fees_total=money.extras,
        source_updated_at=node.moment("updatedAt"),
        cancelled_at=node.moment("cancelledAt"),
        is_test=bool(node.flag("test")),
        is_gift=marks.is_gift(node),
        customer=_read_customer(node),
        shipping_address=_read_address(node.child("shippingAddress")),
        billing_address=_read_address(node.child("billingAddress")),
        tenders=_read_tenders(node, money.total, side),
        fulfilments=_read_fulfilments(node),
        findings=tuple(node.findings),
    )


class _OrderMoney:
    """The original amounts, all from one side of the money bags."""

    def __init__(self, node: Node, side: str) -> None:
        self.total = _amount(node, "totalPrice", side, "grand_total")
        self.discount = _amount(node, "totalDiscounts", side, "discount_total")
        self.tax = _amount(node, "totalTax", side, "tax_total")
        shipping = _shipping_lines(node)
        self.shipping = _shipping_total(node, shipping, side)
        self.shipping_discount = sum((_shipping_discount(line, side) for line in shipping), ZERO)
        self.shipping_tax = sum((_taxes(line, side) for line in shipping), ZERO)
        extras = ("totalTipReceived", "originalTotalDuties", "originalTotalAdditionalFees")
        self.extras = sum((_amount(node, key, side) or ZERO for key in extras), ZERO)


def _side(node: Node) -> str:
    """Whose money: the shop's, or the buyer's where only that was selected. Never both."""
    for side in SIDES:
        if node.child("totalPriceSet").child(side) or node.child("currentTotalPriceSet").child(
            side
        ):
            return side
    return SIDES[0]


def _currency(node: Node, side: str) -> str | None:
    stated = node.child("totalPriceSet").child(side).text("currencyCode")
    return stated or node.text("currencyCode" if side == SIDES[0] else "presentmentCurrencyCode")


def _amount(node: Node, key: str, side: str, field: str = "") -> Decimal | None:
    """The amount under `keySet` or, as older versions have it, under `key`, plain or as money."""
    bag = node.child(f"{key}Set")
    if bag:
        return bag.child(side).money("amount", field)
    plain = node.value.get(key)
    if isinstance(plain, dict):
        return node.child(key).money("amount", field)
    return node.money(key, field)


def _connection(node: Node, key: str, *, target: str = "") -> list[Node] | None:
    """The objects of a connection (nodes, edges or a plain list); a cut-off one is a finding."""
    if key not in node or node.value[key] is None:
        return None
    if isinstance(node.value[key], list):
        return node.children(key, target)
    connection = node.child(key)
    if connection.child("pageInfo").flag("hasNextPage"):
        severity = Severity.HOLD if target else Severity.WARNING
        node.find(target or key, "incomplete", f"{key} has more pages than this one", severity)
    if "edges" not in connection:
        return connection.children("nodes", target)
    return [
        Node(edge.child("node").value, node.findings, f"{edge.at}.node", edge.target)
        for edge in connection.children("edges", target) or []
    ]


def _local_id(gid: str | None) -> str | None:
    """The number at the end of a gid: what REST and the webhooks call the id."""
    return gid.rpartition("/")[2].partition("?")[0] if gid else None


def _status(node: Node, key: str) -> str | None:
    """Capitals in GraphQL, small in REST: one word for both."""
    stated = node.text(key)
    return stated.lower() if stated else None


def _email(node: Node) -> str | None:
    customer = node.child("customer")
    return (
        node.text("email")
        or customer.text("email")
        or customer.child("defaultEmailAddress").text("emailAddress")
    )


def _read_line(line: Node, side: str) -> ReadLine:
    variant = line.child("variant")
    taxes = line.children("taxLines")
    return ReadLine(
        sku=line.text("sku") or variant.text("sku"),
        title=line.text("title") or line.text("name"),
        variant_title=line.text("variantTitle") or "",
        quantity=line.money("quantity", f"{line.target}.quantity"),
        unit_price=_amount(line, "originalUnitPrice", side, f"{line.target}.unit_price"),
        discount_total=_line_discount(line, side),
        tax_total=_taxes(line, side),
        tax_rate=sum((tax.money("rate") or ZERO for tax in taxes), ZERO) if taxes else None,
        external_id=_local_id(line.text("id")) or "",
        product_id=_local_id(line.child("product").text("id")) or "",
        variant_id=_local_id(variant.text("id")) or "",
        current_quantity=line.money("currentQuantity"),
        fulfilled_quantity=_fulfilled(line),
        refunded_quantity=line.whole("quantity") - line.whole("refundableQuantity")
        if "refundableQuantity" in line
        else 0,
        needs_shipping=line.flag("requiresShipping") is not False,
        is_final_sale=marks.is_final_sale(line),
        serials=marks.list_serials(line, line.money("quantity")),
        lots=marks.list_lots(line, line.money("quantity")),
    )


def _line_discount(line: Node, side: str) -> Decimal:
    field = f"{line.target}.discount_total"
    allocations = line.children("discountAllocations")
    if allocations:
        parts = (_amount(part, "allocatedAmount", side, field) for part in allocations)
        return sum((part or ZERO for part in parts), ZERO)
    return _amount(line, "totalDiscount", side, field) or ZERO


def _fulfilled(line: Node) -> int:
    left = line.value.get("unfulfilledQuantity")
    return (
        max(line.whole("quantity") - line.whole("unfulfilledQuantity"), 0)
        if left is not None
        else 0
    )


def _taxes(node: Node, side: str) -> Decimal:
    taxes = node.children("taxLines") or []
    return sum((_amount(tax, "price", side, "tax_total") or ZERO for tax in taxes), ZERO)


def _shipping_lines(node: Node) -> list[Node]:
    lines = _connection(node, "shippingLines")
    if lines is not None:
        return lines
    single = node.child("shippingLine")
    return [single] if single else []


def _shipping_total(node: Node, shipping: list[Node], side: str) -> Decimal | None:
    """Before shipping discounts where the lines say it, else the order's total for shipping."""
    prices = [_amount(line, "originalPrice", side, "shipping_total") for line in shipping]
    if prices and None not in prices:
        return sum((price for price in prices if price is not None), ZERO)
    total = _amount(node, "totalShippingPrice", side, "shipping_total")
    if total is None and ("shippingLines" in node or "shippingLine" in node) and not shipping:
        return ZERO
    return total


def _shipping_discount(line: Node, side: str) -> Decimal:
    price, discounted = (_amount(line, key, side) for key in ("originalPrice", "discountedPrice"))
    return price - discounted if price is not None and discounted is not None else ZERO


def _goods(lines: Sequence[ReadLine]) -> Decimal | None:
    if any(line.quantity is None or line.unit_price is None for line in lines):
        return None
    parts = (line.quantity * line.unit_price for line in lines if line.quantity and line.unit_price)
    return sum(parts, ZERO)


def _check_money(
    node: Node,
    money: _OrderMoney,
    goods: Decimal | None,
    *,
    side: str,
    taxes_included: bool | None,
) -> Arithmetic:
    arithmetic, findings = check_total(
        [
            Term("lines", goods),
            Term("discounts", money.discount, -1, field="discount_total"),
            Term("shipping", money.shipping, field="shipping_total"),
            Term("tax", ZERO if taxes_included else money.tax, field="tax_total"),
            Term("tip, duties and fees", money.extras),
        ],
        total=money.total,
        named="totalPriceSet",
    )
    node.findings.extend(findings)
    node.findings.extend(
        check_subtotal(
            [Term("lines", goods), Term("discounts", money.discount, -1)],
            stated=_amount(node, "subtotalPrice", side),
            named="subtotalPriceSet",
            field="discount_total",
        )
    )
    if any(finding.code == "incomplete" and finding.field == "lines" for finding in node.findings):
        return Arithmetic.NOT_VERIFIABLE
    return arithmetic


def _read_customer(node: Node) -> ReadCustomer:
    customer = node.child("customer")
    names = [customer.text("firstName"), customer.text("lastName")]
    address = _read_address(node.child("shippingAddress")) or ReadAddress()
    name = customer.text("displayName") or " ".join(filter(None, names))
    return ReadCustomer(
        external_id=_local_id(customer.text("id")) or "",
        name=name or address.name,
        phone=customer.text("phone") or node.text("phone") or address.phone,
        locale=node.text("customerLocale") or customer.text("locale") or "",
    )


def _read_address(node: Node) -> ReadAddress | None:
    if not node:
        return None
    names = [node.text("firstName"), node.text("lastName")]
    return ReadAddress(
        name=node.text("name") or " ".join(filter(None, names)),
        company=node.text("company") or "",
        line1=node.text("address1") or "",
        line2=node.text("address2") or "",
        city=node.text("city") or "",
        region=node.text("provinceCode") or node.text("province") or "",
        postcode=node.text("zip") or "",
        country=node.text("countryCodeV2") or node.text("countryCode") or "",
        phone=node.text("phone") or "",
    )


def _read_tenders(node: Node, total: Decimal | None, side: str) -> tuple[ReadTender, ...]:
    status = _status(node, "displayFinancialStatus")
    if total is None or status not in PAID | {"partially_paid"}:
        return ()
    received = _amount(node, "totalReceived", side)
    captured = total if received is None else received
    gateways = node.value.get("paymentGatewayNames")
    stated = gateways if isinstance(gateways, list) else []
    method = "+".join(name for name in stated if isinstance(name, str) and name) or "unknown"
    refunded = _amount(node, "totalRefunded", side) or ZERO
    return (ReadTender(method=method[:100], captured=captured, refunded=refunded),)


def _read_fulfilments(node: Node) -> tuple[ReadFulfilment, ...]:
    return tuple(
        _read_fulfilment(parcel)
        for parcel in _connection(node, "fulfillments") or []
        if _status(parcel, "status") in {"success", "open", "pending"}
    )


def _read_fulfilment(parcel: Node) -> ReadFulfilment:
    tracking = (parcel.children("trackingInfo") or [Node({}, parcel.findings)])[0]
    units = _connection(parcel, "fulfillmentLineItems") or []
    return ReadFulfilment(
        external_id=_local_id(parcel.text("id")) or "",
        shipped_at=parcel.moment("createdAt"),
        delivered_at=parcel.moment("deliveredAt"),
        tracking_number=tracking.text("number") or "",
        carrier=tracking.text("company") or "",
        names_units=bool(units),
    )

"""Amazon SP-API: Orders v0 (order and items apart), Orders 2026-01-01, and returns.

v0 amounts are for the whole quantity, flags may be text, and whether prices hold VAT is said
nowhere: it follows from the total once order and items are together. A pending order hides its
total. Null for buyer and address is no fault, that takes a restricted token.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    address_of,
    goods_of,
    kind_of,
    per_unit,
    records_in,
)
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.facts import Readings, ReadReturn
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

INSIDE = {"payload", "Orders", "orders", "order", "returns", "data"}
OTHER_KINDS = {
    "errors": "an error answer",
    "ShippingAddress": "the address of an order",
    "BuyerEmail": "the buyer of an order",
}
# status of a v0 order → financial status
PAID = {"unshipped": "paid", "partiallyshipped": "paid", "shipped": "paid", "canceled": "voided"}
OVER = {"CANCELLED", "CANCELED", "REJECTED", "REPLACED", "EXPIRED"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order, half of one, or return in `document`."""
    if isinstance(document, list):  # a report: rows of a table, or returns one by one
        rows = [row for row in document if isinstance(row, dict)]
        if rows and "license-plate-number" in rows[0]:
            return [_read_report_row(Node(row, []), n) for n, row in enumerate(rows)]
    records = list(records_in(document, _is_one, inside=INSIDE))
    found = [_read_one(Node(value, []), path) for path, value in records]
    if not found and isinstance(document, dict) and isinstance(document.get("payload"), dict):
        return NotAnOrder(kind_of(document["payload"], OTHER_KINDS))
    return [*found] or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_one(value: dict[str, Any]) -> bool:
    if _is_return(value) or ("orderId" in value and "orderItems" in value):
        return True
    return "AmazonOrderId" in value and not {"OrderStatus", "OrderItems"}.isdisjoint(value)


def _is_return(value: dict[str, Any]) -> bool:
    return "marketplaceChannelDetails" in value and "id" in value


def _read_one(node: Node, path: str) -> ReadOrder | ReadReturn:
    if _is_return(dict(node.value)):
        return _read_return(node, path)
    return _read_order(node, path) if "orderItems" in node else _read_v0(node, path)


def _read_v0(node: Node, path: str) -> ReadOrder:
    """A v0 order, its items, or both in one (as the desk's own fetching puts them)."""
    has_head, has_items = "OrderStatus" in node, "OrderItems" in node
    items = node.children("OrderItems", "lines") or []
    lines = tuple(_read_item(item) for item in items)
    status = (node.text("OrderStatus") or "").lower()
    total = node.child("OrderTotal")
    for item in items:
        _check_currencies(item)
    if has_items and node.text("NextToken"):
        node.find("lines", "more_pages", "The items go on on another page.")
    if not has_items:
        node.find("lines", "apart", "Its items come in a document of their own.", Severity.PART)
    elif not has_head:
        node.find("placed_at", "apart", "The order comes in a document of its own.", Severity.PART)
    if status in {"pending", "pendingavailability"}:
        node.find("financial_status", "pending", "It is pending: its total is not told yet.")
    shipped_at = node.moment("LastUpdateDate") if status == "shipped" else None
    order = ReadOrder(
        path=path,
        external_id=node.text("AmazonOrderId", "external_id"),
        order_number=node.text("AmazonOrderId"),
        currency=total.text("CurrencyCode") or _currency_of(items),
        placed_at=node.moment("PurchaseDate", "placed_at"),
        customer_email=node.child("BuyerInfo").text("BuyerEmail"),
        lines=lines,
        shipping_total=_total(items, "ShippingPrice") if has_items else None,
        discount_total=(
            _total(items, "PromotionDiscount") + _total(items, "ShippingDiscount")
            if has_items
            else None
        ),
        tax_total=_total(items, "ItemTax") + _total(items, "ShippingTax") if has_items else None,
        grand_total=total.money("Amount", "grand_total"),
        financial_status=PAID.get(status, status) or None,
        fulfillment_status=status or None,
        prices_include_tax=None,
        shipping_discount=_total(items, "ShippingDiscount"),
        shipping_tax=_total(items, "ShippingTax"),
        source_updated_at=node.moment("LastUpdateDate"),
        cancelled_at=node.moment("LastUpdateDate") if status == "canceled" else None,
        replaces=_replaces(node),
        customer=ReadCustomer(name=node.child("BuyerInfo").text("BuyerName") or ""),
        shipping_address=_read_address(node.child("ShippingAddress")),
        tenders=_read_tenders(node, status),
        fulfilments=_left(lines, shipped_at),
        findings=tuple(node.findings),
    )
    return _settle_sum(order) if has_head and has_items else order


def _read_item(item: Node) -> ReadLine:
    quantity = item.money("QuantityOrdered", f"{item.target}.quantity")
    price = item.child("ItemPrice").money("Amount", f"{item.target}.unit_price")
    return ReadLine(
        sku=item.sku("SellerSKU"),
        title=item.text("Title"),
        quantity=quantity,
        unit_price=per_unit(price, quantity),
        discount_total=item.child("PromotionDiscount").money("Amount") or ZERO,
        tax_total=item.child("ItemTax").money("Amount") or ZERO,
        external_id=item.text("OrderItemId") or "",
        product_id=item.text("ASIN") or "",
        fulfilled_quantity=item.whole("QuantityShipped"),
    )


def _check_currencies(item: Node) -> None:
    stated = {value.get("CurrencyCode") for value in _amounts_in(item.value)} - {None}
    if len(stated) > 1:
        named = ", ".join(sorted(map(str, stated)))
        item.find("currency", "mixed_currencies", f"One item is in several currencies: {named}.")


def _amounts_in(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict):
        return []
    inner = [amount for one in value.values() for amount in _amounts_in(one)]
    return [*inner, dict(value)] if "CurrencyCode" in value else inner


def _currency_of(items: list[Node]) -> str | None:
    for item in items:
        if currency := item.child("ItemPrice").text("CurrencyCode"):
            return currency
    return None


def _total(items: list[Node], key: str) -> Decimal:
    return sum((item.child(key).money("Amount") or ZERO for item in items), ZERO)


def _replaces(node: Node) -> str:
    if not node.says_yes("IsReplacementOrder"):
        return ""
    return node.text("ReplacedOrderId") or "another order"


def join(halves: list[ReadOrder]) -> ReadOrder:
    """One order of its head and its items, each from the document that has it."""
    head = next((half for half in halves if half.placed_at is not None), halves[0])
    items = next((half for half in halves if half.lines), halves[-1])
    kept = [
        finding
        for finding in (*head.findings, *items.findings)
        if finding.severity != Severity.PART and finding.code != "missing"
    ]
    whole = replace(
        head,
        path="",
        currency=head.currency or items.currency,
        lines=items.lines,
        shipping_total=items.shipping_total,
        shipping_discount=items.shipping_discount,
        shipping_tax=items.shipping_tax,
        discount_total=items.discount_total,
        tax_total=items.tax_total,
        fulfilments=_left(items.lines, head.source_updated_at),
        findings=tuple(dict.fromkeys(kept)),
    )
    return _settle_sum(whole)


def _settle_sum(order: ReadOrder) -> ReadOrder:
    """Whether the total holds, and with it whether the prices hold the tax."""
    parts = [
        Term("items", goods_of(order.lines)),
        Term("promotions", order.discount_total, -1),
        Term("shipping", order.shipping_total),
    ]
    with_tax, _ = check_total(parts, total=order.grand_total, named="OrderTotal")
    if with_tax == Arithmetic.CONSISTENT and order.tax_total:
        return replace(order, arithmetic=with_tax, prices_include_tax=True, lines_include_tax=True)
    arithmetic, findings = check_total(
        [*parts, Term("tax", order.tax_total)], total=order.grand_total, named="OrderTotal"
    )
    return replace(order, arithmetic=arithmetic, findings=(*order.findings, *findings))


def _read_tenders(node: Node, status: str) -> tuple[ReadTender, ...]:
    total = node.child("OrderTotal").money("Amount")
    if total is None or PAID.get(status) != "paid":
        return ()
    return (ReadTender(method=node.text("PaymentMethod") or "amazon", captured=total),)


def _left(lines: tuple[ReadLine, ...], shipped_at: Any) -> tuple[ReadFulfilment, ...]:
    if not any(line.fulfilled_quantity for line in lines):
        return ()
    return (ReadFulfilment(external_id="shipped", shipped_at=shipped_at, names_units=True),)


def _read_address(node: Node) -> ReadAddress | None:
    return address_of(
        node,
        name="Name",
        line1="AddressLine1",
        line2="AddressLine2",
        city="City",
        region="StateOrRegion",
        postcode="PostalCode",
        country="CountryCode",
        phone="Phone",
    )


def _read_order(node: Node, path: str) -> ReadOrder:
    """Orders 2026-01-01: lines inside, money as breakdowns by type."""
    proceeds = node.child("proceeds")
    grand = proceeds.child("grandTotal")
    parts = proceeds.children("breakdowns") or []
    items = node.children("orderItems", "lines") or []
    lines = tuple(_read_order_item(item) for item in items)
    by_type = _by_type(parts)
    total = grand.money("amount", "grand_total")
    arithmetic = Arithmetic.NOT_VERIFIABLE
    if parts:
        terms = [Term(kind.lower(), amount) for kind, amount in by_type.items()]
        arithmetic, findings = check_total(terms, total=total, named="grandTotal")
        node.findings.extend(findings)
    else:
        node.find("tax_total", "missing", "The document carries no breakdowns of its total.")
    status = (node.child("fulfillment").text("fulfillmentStatus") or "").lower()
    known = {"ITEM", "SHIPPING", "TAX", "DISCOUNT"}
    fees = sum((amount for kind, amount in by_type.items() if kind not in known), ZERO)
    return ReadOrder(
        path=path,
        external_id=node.text("orderId", "external_id"),
        order_number=_alias(node) or node.text("orderId"),
        currency=grand.text("currencyCode"),
        placed_at=node.moment("createdTime", "placed_at"),
        customer_email=node.child("buyer").text("buyerEmail"),
        lines=lines,
        shipping_total=by_type.get("SHIPPING"),
        discount_total=abs(by_type.get("DISCOUNT", ZERO)) if parts else None,
        tax_total=by_type.get("TAX"),
        grand_total=total,
        financial_status=None,
        fulfillment_status=status or None,
        prices_include_tax=None,
        arithmetic=arithmetic,
        fees_total=fees,
        tax_stands_on_order=bool(parts),
        source_updated_at=node.moment("lastUpdatedTime"),
        cancelled_at=node.moment("lastUpdatedTime") if status == "cancelled" else None,
        replaces=_replaced(node),
        customer=ReadCustomer(name=node.child("buyer").text("buyerName") or ""),
        shipping_address=_read_delivery_address(node),
        tenders=(
            (ReadTender(method="amazon", captured=total),)
            if total is not None and status in {"shipped", "unshipped", "partially_shipped"}
            else ()
        ),
        fulfilments=_left(lines, node.moment("lastUpdatedTime") if status == "shipped" else None),
        findings=tuple(node.findings),
    )


def _by_type(parts: list[Node]) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for part in parts:
        kind = part.text("type") or "?"
        amounts[kind] = amounts.get(kind, ZERO) + (part.child("subtotal").money("amount") or ZERO)
    return amounts


def _alias(node: Node) -> str | None:
    for alias in node.children("orderAliases") or []:
        if alias.text("aliasType") == "SELLER_ORDER_ID":
            return alias.text("aliasId")
    return None


def _replaced(node: Node) -> str:
    for other in node.children("associatedOrders") or []:
        if other.text("associationType") == "REPLACEMENT_ORIGINAL_ID":
            return other.text("orderId") or "another order"
    return ""


def _read_order_item(item: Node) -> ReadLine:
    product, by_type = item.child("product"), _by_type(
        item.child("proceeds").children("breakdowns") or []
    )  # fmt: skip
    return ReadLine(
        sku=product.sku("sellerSku"),
        title=product.text("title"),
        quantity=item.money("quantityOrdered", f"{item.target}.quantity"),
        unit_price=product.child("price").child("unitPrice").money("amount"),
        discount_total=abs(by_type.get("DISCOUNT", ZERO)),
        tax_total=by_type.get("TAX"),
        external_id=item.text("orderItemId") or "",
        product_id=product.text("asin") or "",
        fulfilled_quantity=item.child("fulfillment").whole("quantityFulfilled"),
    )


def _read_delivery_address(node: Node) -> ReadAddress | None:
    return address_of(
        node.child("recipient").child("deliveryAddress"),
        name="name",
        company="companyName",
        line1="addressLine1",
        line2="addressLine2",
        city="city",
        region="stateOrRegion",
        postcode="postalCode",
        country="countryCode",
        phone="phone",
    )


def _read_return(node: Node, path: str) -> ReadReturn:
    """A return of an order fulfilled outside of the shop."""
    channel, shipping = node.child("marketplaceChannelDetails"), node.child("returnShippingInfo")
    back = shipping.child("reverseTrackingInfo")
    status = node.text("status") or ""
    return ReadReturn(
        path=path,
        external_id=node.text("id"),
        order_external_id=channel.text("customerOrderId"),
        sku=node.text("merchantSku") or channel.text("channelSku") or "",
        quantity=node.whole("numberOfUnits"),
        reason=node.child("returnMetadata").text("returnReason") or "",
        carrier=back.text("carrierName") or "",
        tracking_number=back.text("trackingId") or "",
        status=status,
        is_over=status.upper() in OVER,
        is_settled=status.upper() in {"PROCESSED", "REFUNDED"},
        happened_at=node.moment("creationDateTime"),
        findings=tuple(node.findings),
    )


def _read_report_row(row: Node, position: int) -> ReadReturn:
    """One unit of the FBA returns report; its key is the label on the unit."""
    return ReadReturn(
        path=str(position),
        external_id=row.text("license-plate-number"),
        order_external_id=row.text("order-id"),
        sku=row.text("sku") or "",
        quantity=row.whole("quantity") or 1,
        reason=row.text("reason") or "",
        comment=row.text("customer-comments") or "",
        status=row.text("detailed-disposition") or row.text("status") or "",
        is_settled=True,
        happened_at=row.moment("return-date", naive_is_utc=True),
        findings=tuple(row.findings),
    )


ADAPTER = ChannelAdapter(
    name="amazon",
    title="Amazon",
    read=read,
    join=join,
    aliases=("amazon-2026",),
)

"""Orders v0: the order and its items come apart and are put together.

Amounts are for the whole quantity, flags may be text, and whether prices hold VAT is said nowhere:
it follows from the total once both halves are there. A pending order hides its total.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from intake import marks
from intake.adapters.amazon.shipping import left
from intake.adapters.port import ZERO, address_of, goods_of, per_unit
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.reading import (
    Arithmetic,
    ReadAddress,
    ReadCustomer,
    ReadLine,
    ReadOrder,
    ReadTender,
    Severity,
)

# status of a v0 order → financial status
PAID = {"unshipped": "paid", "partiallyshipped": "paid", "shipped": "paid", "canceled": "voided"}


def read_v0(node: Node, path: str) -> ReadOrder:
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
        fulfilments=left(lines, shipped_at),
        is_gift=any(map(_is_gift, items)),
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
        serials=marks.list_serials(item, quantity, item.value.get("SerialNumbers")),
    )


def _is_gift(item: Node) -> bool:
    """Wrapped or with a message for somebody else; one such item makes the order a gift."""
    buyer = item.child("BuyerInfo")
    is_wrapped = buyer.text("GiftMessageText") or buyer.text("GiftWrapLevel")
    return item.says_yes("IsGift") or bool(is_wrapped)


def _check_currencies(item: Node) -> None:
    codes = [value["CurrencyCode"] for value in _amounts_in(item.value)]
    stated = {str(code) for code in codes if code is not None}  # whatever stands there
    if len(stated) > 1:
        named = ", ".join(sorted(stated))
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
        fulfilments=left(items.lines, head.source_updated_at),
        is_gift=items.is_gift,
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

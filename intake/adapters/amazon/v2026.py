"""Orders 2026-01-01: lines inside, money as breakdowns by type."""

from __future__ import annotations

from decimal import Decimal

from intake import marks
from intake.adapters.amazon.shipping import left
from intake.adapters.port import ZERO, address_of
from intake.arithmetic import Term, check_total
from intake.document import Node
from intake.reading import Arithmetic, ReadAddress, ReadCustomer, ReadLine, ReadOrder, ReadTender


def read_order(node: Node, path: str) -> ReadOrder:
    """One order; without breakdowns its tax is not known."""
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
        fulfilments=left(lines, node.moment("lastUpdatedTime") if status == "shipped" else None),
        is_gift=any(map(_is_gift, items)),
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
        serials=marks.list_serials(
            item, item.money("quantityOrdered"), product.value.get("serialNumbers")
        ),
    )


def _is_gift(item: Node) -> bool:
    """One item that is wrapped for somebody else makes the order a gift."""
    return bool(item.child("fulfillment").child("packing").child("giftOption"))


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

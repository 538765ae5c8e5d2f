"""bol (the Netherlands and Belgium): orders and returns of the Retailer API.

No currency, no tax and no total stand anywhere: prices are euros with VAT, and the sum of the
lines is what was paid. A list of orders has no prices; each order has to be asked for.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from intake.adapters.bol_polls import POLLS
from intake.adapters.port import (
    ZERO,
    ChannelAdapter,
    Grant,
    goods_of,
    join_names,
    kind_of,
    records_in,
)
from intake.document import Node
from intake.facts import Readings, ReadReturn
from intake.published_keys import bol
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

OTHER_KINDS = {
    "violations": "an error answer",
    "processStatusId": "the status of a request of our own",
    "shipments": "a list of shipments",
}
INSIDE = {"orders", "returns", "data"}
OVER = {"CANCELLED", "REJECTED", "EXPIRED"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`, and every item of a return in it."""
    found: list[Any] = []
    for path, value in records_in(document, _is_one, inside=INSIDE):
        if "returnId" in value:
            found.extend(_read_returns(Node(value, []), path))
        else:
            found.append(_read_order(Node(value, []), path))
    return found or NotAnOrder(kind_of(document, OTHER_KINDS))


def _is_one(value: dict[str, Any]) -> bool:
    return ("orderId" in value and "orderItems" in value) or (
        "returnId" in value and "returnItems" in value
    )


def _read_order(node: Node, path: str) -> ReadOrder:
    lines = tuple(_read_line(line) for line in node.children("orderItems", "lines") or [])
    goods = goods_of(lines) if lines else None
    if goods is None:
        message = "A list says what was ordered and not for how much: ask for the order itself."
        node.find("lines", "list_entry", message)
    else:
        message = "bol states no VAT; the lines are frozen as prices with none in them."
        node.find("tax_total", "no_tax_stated", message, Severity.WARNING)
    cancelled = sum((_cancelled(line) for line in node.children("orderItems") or []), ZERO)
    billing = node.child("billingDetails")
    return ReadOrder(
        path=path,
        external_id=node.text("orderId", "external_id"),
        order_number=node.text("orderId"),
        currency="EUR",
        placed_at=node.moment("orderPlacedDateTime", "placed_at"),
        customer_email=billing.text("email") or node.child("shipmentDetails").text("email"),
        lines=lines,
        shipping_total=None,
        discount_total=None,
        tax_total=None,
        grand_total=goods,
        financial_status=None if goods is None else "paid",
        fulfillment_status=None,
        prices_include_tax=True,
        lines_include_tax=True,
        tax_stands_on_order=True,
        customer=ReadCustomer(name=join_names(billing.text("firstName"), billing.text("surname"))),
        shipping_address=_read_address(node.child("shipmentDetails")),
        billing_address=_read_address(billing),
        tenders=(
            (ReadTender(method="bol", captured=goods, refunded=min(cancelled, goods)),)
            if goods is not None
            else ()
        ),
        fulfilments=_read_fulfilments(lines),
        findings=tuple(node.findings),
    )


def _read_line(line: Node) -> ReadLine:
    product = line.child("product")
    price = line.money("unitPrice", f"{line.target}.unit_price")
    return ReadLine(
        sku=line.child("offer").sku("reference") or product.sku("ean"),
        title=product.text("title"),
        quantity=line.money("quantity", f"{line.target}.quantity"),
        unit_price=price,
        discount_total=None if price is None else ZERO,
        tax_total=None,
        external_id=line.text("orderItemId") or "",
        product_id=product.text("ean") or line.text("ean") or "",
        fulfilled_quantity=line.whole("quantityShipped"),
    )


def _cancelled(line: Node) -> Decimal:
    return line.whole("quantityCancelled") * (line.money("unitPrice") or ZERO)


def _read_address(node: Node) -> ReadAddress | None:
    if not node:
        return None
    number = join_names(node.text("houseNumber"), node.text("houseNumberExtension"))
    return ReadAddress(
        name=join_names(node.text("firstName"), node.text("surname")),
        company=node.text("company") or "",
        line1=join_names(node.text("streetName"), number),
        city=node.text("city") or "",
        postcode=node.text("zipCode") or "",
        country=node.text("countryCode") or "",
        phone=node.text("deliveryPhoneNumber") or "",
    )


def _read_fulfilments(lines: tuple[ReadLine, ...]) -> tuple[ReadFulfilment, ...]:
    if not any(line.fulfilled_quantity for line in lines):
        return ()
    return (ReadFulfilment(external_id="shipped", shipped_at=None, names_units=True),)


def _read_returns(node: Node, path: str) -> list[ReadReturn]:
    items = node.children("returnItems") or []
    return [
        _read_return(
            item,
            node,
            f"{path}/returnItems/{n}".strip("/") if path or len(items) > 1 else "",
        )
        for n, item in enumerate(items)
    ]


def _read_return(item: Node, node: Node, path: str) -> ReadReturn:
    reason, results = item.child("returnReason"), item.children("processingResults") or []
    last = results[-1] if results else Node({}, [])
    status = last.text("processingResult") or ("handled" if item.says_yes("handled") else "open")
    return ReadReturn(
        path=path,
        external_id=item.text("rmaId"),
        order_external_id=item.text("orderId"),
        sku=item.text("ean") or "",
        quantity=item.whole("expectedQuantity"),
        reason=reason.text("mainReason") or "",
        comment=reason.text("customerComments") or "",
        carrier=item.text("transporterName") or "",
        tracking_number=item.text("trackAndTrace") or "",
        status=status,
        is_over=status in OVER,
        is_settled=status == "ACCEPTED",
        happened_at=node.moment("registrationDateTime"),
        findings=tuple(item.findings),
    )


ADAPTER = ChannelAdapter(
    name="bol", title="bol", read=read, is_signed=bol, hosts=("api.bol.com",),
    polls=POLLS, accepts="application/vnd.retailer.v10+json",
    grant=Grant("https://login.bol.com/token", in_header=True),
    addresses=lambda _account, order: [f"https://api.bol.com/retailer/orders/{order}"],
)  # fmt: skip

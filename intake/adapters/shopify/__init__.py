"""Shopify orders: REST and webhook bodies, lists of them, and Admin GraphQL answers.

The topic of a webhook stands only in its header: the bodies of orders/create, orders/paid and
orders/updated are alike. Source: Shopify Admin API, REST Order resource and GraphQL Order object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.adapters.shopify import graphql, rest
from intake.document import Node
from intake.facts import Readings
from intake.reading import Finding, NotAnOrder, ReadOrder
from intake.signing import base64_of_body

ORDER_ID = "gid://shopify/Order/"
# What a document is that is no order, by a key that only it has.
OTHER_KINDS = {
    "order_edit": "an edit of an order (a difference, not the order)",
    "draft_order": "a draft order",
    "invoice_url": "a draft order",
    "abandoned_checkout_url": "a checkout",
    "refund_line_items": "a refund",
    "tracking_company": "a fulfilment",
    "kind": "a payment transaction",
    "initial_value": "a gift card",
    "inventory_item_id": "an inventory level",
    "variants": "a product",
    "errors": "an error answer",
}
REST_MARKS = {
    "line_items",
    "financial_status",
    "total_price",
    "subtotal_price",
    "current_total_price",
}
GRAPHQL_MARKS = {
    "lineItems",
    "totalPriceSet",
    "currentTotalPriceSet",
    "totalPrice",
    "displayFinancialStatus",
    "displayFulfillmentStatus",
    "currencyCode",
    "processedAt",
}
WRAPPERS = {"data", "body", "node", "nodes", "edges"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order in `document`; `topic` as in X-Shopify-Topic (“orders/paid”), if known."""
    resource, _, action = topic.partition("/")
    if resource and resource != "orders":
        return NotAnOrder(f"The topic {topic} does not carry orders.")
    if action in {"delete", "edited"}:
        return NotAnOrder(f"The topic {topic} announces a change, it does not carry the order.")
    orders = [_read_one(value, path) for path, value in _orders_in(document)]
    return [*orders] or NotAnOrder(_no_order(document))


def _read_one(value: dict[str, Any], path: str) -> ReadOrder:
    findings: list[Finding] = []
    reader = graphql if _is_graphql(value) else rest
    return reader.read_order(Node(value, findings), path=path)


def _orders_in(
    value: Any, path: tuple[str, ...] = (), *, listed: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Orders under `value` with their path; the path is empty unless a list was entered."""
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _orders_in(item, (*path, str(position)), listed=True)
    elif isinstance(value, dict):
        if _is_order(value, named=bool(path) and path[-1] == "order"):
            yield "/".join(path) if listed else "", value
            return
        for key, inner in value.items():
            if (key in WRAPPERS or key.startswith("order")) and key != "order_edit":
                yield from _orders_in(inner, (*path, key), listed=listed)


def _is_order(value: dict[str, Any], *, named: bool) -> bool:
    stated_id = str(value.get("id", ""))
    if stated_id.startswith("gid://"):
        return stated_id.startswith(ORDER_ID) and len(value) > 1
    if "order_id" in value or (OTHER_KINDS.keys() - {"kind"}) & value.keys():
        return False
    if not REST_MARKS.isdisjoint(value) or not GRAPHQL_MARKS.isdisjoint(value):
        return True
    return named and "name" in value


def _is_graphql(value: dict[str, Any]) -> bool:
    gid = str(value.get("id", "")).startswith("gid://")
    return gid or (REST_MARKS.isdisjoint(value) and not GRAPHQL_MARKS.isdisjoint(value))


def _no_order(document: Any) -> str:
    if isinstance(document, dict):
        if document.keys() <= {"id"}:
            return "It carries nothing but an id."
        for key, kind in OTHER_KINDS.items():
            if key in document:
                return f"It is {kind}, not an order."
    return "There is no order in it."


ADAPTER = ChannelAdapter(
    name="shopify",
    title="Shopify",
    read=read,
    is_signed=base64_of_body("X-Shopify-Hmac-Sha256"),
    topic_header="X-Shopify-Topic",
    delivery_header="X-Shopify-Webhook-Id",
)

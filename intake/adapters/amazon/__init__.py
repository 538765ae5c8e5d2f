"""Amazon SP-API: Orders v0 (order and items apart), Orders 2026-01-01, and returns.

Null for buyer and address is no fault, that takes a restricted token. Nothing is announced: what
is there is asked for (`polls`), and a report is a table.
"""

from __future__ import annotations

from typing import Any

from core.strict_json import parse_document
from intake.adapters.amazon.polls import HOSTS, POLLS, STORES
from intake.adapters.amazon.returns import read_report_row, read_return
from intake.adapters.amazon.v0 import join, read_v0
from intake.adapters.amazon.v2026 import read_order
from intake.adapters.port import ChannelAdapter, Grant, kind_of, records_in
from intake.document import Node
from intake.facts import Readings, ReadReturn
from intake.parsing import parse_table
from intake.reading import NotAnOrder, ReadOrder

INSIDE = {"payload", "Orders", "orders", "order", "returns", "data"}
OTHER_KINDS = {
    "errors": "an error answer",
    "ShippingAddress": "the address of an order",
    "BuyerEmail": "the buyer of an order",
}


def parse(body: bytes) -> Any:
    """JSON, or a report: a table whose header is known by its unit labels."""
    head = body[:4_000].partition(b"\n")[0]
    return parse_table(body) if b"license-plate-number" in head else parse_document(body)


def read(document: Any, *, topic: str = "") -> Readings:
    """Every order, half of one, or return in `document`."""
    if isinstance(document, list):  # a report: rows of a table, or returns one by one
        rows = [row for row in document if isinstance(row, dict)]
        if rows and "license-plate-number" in rows[0]:
            return [read_report_row(Node(row, []), n) for n, row in enumerate(rows)]
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
        return read_return(node, path)
    return read_order(node, path) if "orderItems" in node else read_v0(node, path)


ADAPTER = ChannelAdapter(
    name="amazon",
    title="Amazon",
    read=read,
    parse=parse,
    join=join,
    aliases=("amazon-2026",),
    hosts=HOSTS,
    stores=STORES,
    polls=POLLS,
    grant=Grant("https://api.amazon.com/auth/o2/token"),
    authorise=lambda token: {"x-amz-access-token": token.decode()},
)

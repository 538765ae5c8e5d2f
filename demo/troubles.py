"""Documents that do not become orders, so that the intake desk has something to mend."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from demo.documents import Purchase, write_document
from demo.orders import send_bytes
from demo.shop import DEMO, Shop
from intake.services import open_channel, receive_document, settle_document

Change = Callable[[dict[str, Any]], None]


def send_troubles(shop: Shop, purchases: list[Purchase], *, now: dt.datetime) -> None:
    """One of each: twice the same, changed money, a sum that is wrong, no currency, a draft…

    And groups, as a real desk has them: a plugin that writes a line twice, a warehouse's export
    without currency, parcels that are tracked before they are known.
    """
    shopify = [each for each in purchases if each.store.code == "shopify-de"]
    woo = [each for each in purchases if each.store.code == "woo-uk"]
    _send_changed(shop, shopify[-1], "repeated", lambda order: None, now=now)
    _send_changed(shop, shopify[-2], "dearer", _raise_price, now=now)
    _send_changed(shop, shopify[-3], "wrong-sum", _forget_shipping, now=now)
    _send_changed(shop, woo[-1], "no-currency", _forget_currency, now=now)
    _send_changed(shop, woo[-2], "draft", _make_draft, now=now)
    _send_groups(shop, purchases, now=now)
    send_bytes(
        shop,
        shopify[-4].store,
        content=write_document(shopify[-4], version=now)[:-40],
        source="demo/cut-off",
        now=now - dt.timedelta(minutes=31),
    )


def _send_groups(shop: Shop, purchases: list[Purchase], *, now: dt.datetime) -> None:
    woo = [each for each in purchases if each.store.code == "woo-uk"]
    for position, purchase in enumerate(woo[-12:-3]):
        _send_changed(shop, purchase, f"twice-{position}", partial(_repeat_line, position), now=now)
    for number in range(1, 5):
        _send_to(shop, "shipstation", _warehouse_order(number, now), now=now)
    for number in range(1, 4):
        _send_to(shop, "easypost", _tracker(number), now=now)


def _send_to(shop: Shop, kind: str, document: dict[str, Any], *, now: dt.datetime) -> None:
    """Through a channel that the desk opens the first time it is heard of."""
    channel = open_channel(kind=kind, account="demo", actor=DEMO, op_id=uuid4(), now=now)
    shop.channels.setdefault(kind, channel)
    received = receive_document(
        channel=channel,
        content=json.dumps(document).encode(),
        topic="",
        source=f"demo/{kind}",
        actor=DEMO,
        op_id=uuid4(),
        now=now - dt.timedelta(minutes=23),
    )
    settle_document(document_id=received.pk, actor=DEMO, op_id=uuid4(), now=now)


def _repeat_line(position: int, order: dict[str, Any]) -> None:
    """The sync plugin of the British shop writes a line twice; the total counts it once."""
    order["id"] += 910_000 + position
    order["line_items"].append(dict(order["line_items"][0]))


def _warehouse_order(number: int, now: dt.datetime) -> dict[str, Any]:
    price = 24.5 * number
    return {
        "orderId": 880_000 + number,
        "orderNumber": f"TT-{4100 + number}",
        "orderDate": f"{now - dt.timedelta(days=number):%Y-%m-%dT%H:%M:%S}.0000000",
        "orderStatus": "awaiting_shipment",
        "items": [
            {"orderItemId": number, "sku": f"TT-{number}", "name": "Tea towel", "quantity": 1,
             "unitPrice": price, "adjustment": False}
        ],
        "orderTotal": price,
        "amountPaid": price,
        "taxAmount": 0,
        "shippingAmount": 0,
    }  # fmt: skip


def _tracker(number: int) -> dict[str, Any]:
    return {
        "object": "Tracker",
        "id": f"trk_{number}",
        "mode": "production",
        "tracking_code": f"1Z999AA1012345{number:04}",
        "carrier": "UPS",
        "status": "in_transit",
    }


def _send_changed(
    shop: Shop, purchase: Purchase, name: str, change: Change, *, now: dt.datetime
) -> None:
    version = purchase.delivered_at or purchase.shipped_at or purchase.placed_at
    order = json.loads(write_document(purchase, version=version))
    change(order)
    content = json.dumps(order, ensure_ascii=False).encode()
    moment = now - dt.timedelta(minutes=50)
    send_bytes(shop, purchase.store, content=content, source=f"demo/{name}", now=moment)


def _raise_price(order: dict[str, Any]) -> None:
    """Consistent in itself, and yet not what was frozen: a conflict."""
    line = order["line_items"][0]
    line["price"] = str(round(float(line["price"]) + 10, 2))
    added = 10 * line["quantity"]
    for total in ("total_line_items_price", "subtotal_price", "total_price"):
        order[total] = str(round(float(order[total]) + added, 2))


def _forget_shipping(order: dict[str, Any]) -> None:
    order["id"] += 900_000
    order["admin_graphql_api_id"] = f"gid://shopify/Order/{order['id']}"
    order["total_price"] = str(round(float(order["total_price"]) - 4.5, 2))


def _make_draft(order: dict[str, Any]) -> None:
    order["id"] += 900_000
    order["status"] = "checkout-draft"


def _forget_currency(order: dict[str, Any]) -> None:
    order["id"] += 900_000
    del order["currency"]

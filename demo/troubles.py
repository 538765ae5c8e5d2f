"""Documents that do not become orders, so that the intake desk has something to mend."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from demo.documents import Purchase, write_document
from demo.orders import send_bytes
from demo.shop import Shop

Change = Callable[[dict[str, Any]], None]


def send_troubles(shop: Shop, purchases: list[Purchase], *, now: dt.datetime) -> None:
    """One of each: twice the same, changed money, a sum that is wrong, no currency, a draft…"""
    shopify = [each for each in purchases if each.store.code == "shopify-de"]
    woo = [each for each in purchases if each.store.code == "woo-uk"]
    _send_changed(shop, shopify[-1], "repeated", lambda order: None, now=now)
    _send_changed(shop, shopify[-2], "dearer", _raise_price, now=now)
    _send_changed(shop, shopify[-3], "wrong-sum", _forget_shipping, now=now)
    _send_changed(shop, woo[-1], "no-currency", _forget_currency, now=now)
    _send_changed(shop, woo[-2], "draft", _make_draft, now=now)
    send_bytes(
        shop,
        shopify[-4].store,
        content=write_document(shopify[-4], version=now)[:-40],
        source="demo/cut-off",
        now=now - dt.timedelta(minutes=31),
    )


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

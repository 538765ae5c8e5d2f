"""A customer in front of the pages of their order, by Django's own client."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client

from core import documents
from notifications.models import Message
from orders.models import Order

OUTSIDE = "https://desk.example"


def look_up(client: Client, number: str, proof: str) -> Any:
    return client.post("/my/", {"number": number, "proof": proof})


def read_fields(page: Any) -> dict[str, list[str]]:
    """The hidden fields of a page, and the choices that are made in it: what a click would send."""
    html = page.content.decode()
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_sent = found.get("type") == "hidden" or " checked" in tag
        if is_sent and found.get("name") != "csrfmiddlewaretoken":
            fields.setdefault(found["name"], []).append(found.get("value", "on"))
    return fields


def ask_for_link(client: Client, order: Order) -> str:
    """The secret of the link, as it stands in the customer's letter and nowhere else."""
    assert order.ship_to is not None
    found = look_up(client, order.number, order.ship_to.postcode)
    fields = {name: values[0] for name, values in read_fields(found).items()}
    assert client.post("/my/link/", fields).status_code == 200
    return newest_token()


def newest_token() -> str:
    letter = Message.objects.filter(template="order_link").order_by("-pk")[0]
    body = json.loads(documents.read(letter.content))["body"]
    (token,) = re.findall(rf"{OUTSIDE}/my/enter/([^/\s]+)/", body)
    return token


def come_in(client: Client, order: Order) -> None:
    answer = client.post("/my/open/", {"token": ask_for_link(client, order)})
    assert (answer.status_code, answer["Location"]) == (302, "/my/order/")


def say(client: Client, page: Any, step: str, **more: Any) -> Any:
    """Send a step on with everything its page carries, and what is chosen on it."""
    return client.post("/my/order/new/", read_fields(page) | {"step": step} | more)


def choose(client: Client, *, reason: str = "wrong_size", **more: Any) -> Any:
    """The second step of line 1, the first one filled in."""
    first = {"step": "what", "line": "1", "quantity-1": "1", "reason-1": reason}
    return client.post("/my/order/new/", first | more)

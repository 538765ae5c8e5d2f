"""Pages where customers pay: payment links, which stay open as long as the desk wants them to.

A checkout session of its own would end after a day. Each visit to a link makes such a session;
each try in it is a charge.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import stripe

from payments.gateways.port import (
    Access,
    Attempt,
    Checkout,
    CheckoutOrder,
    OpenedCheckout,
    OutcomeUnknown,
    Status,
)
from payments.gateways.stripe.amounts import from_minor, to_minor
from payments.gateways.stripe.client import connect, reading, translate
from payments.gateways.stripe.objects import (
    REFERENCE,
    decline_code,
    id_of,
    label_of,
    read_intent,
    read_moment,
)


def open_checkout(access: Access, order: CheckoutOrder) -> OpenedCheckout:
    said: dict[str, Any] = {
        "line_items": [{"quantity": 1, "price_data": _price(order)}],
        "payment_method_types": ["card"],
        "metadata": {REFERENCE: order.reference},
        "payment_intent_data": {
            "metadata": {REFERENCE: order.reference},
            "description": order.title,
        },
        "restrictions": {"completed_sessions": {"limit": 1}},
    }
    if order.is_hold:
        said["customer_creation"] = "always"
        said["payment_intent_data"] |= {
            "capture_method": "manual",
            "setup_future_usage": "off_session",
        }
    if order.return_url:
        said["after_completion"] = {"type": "redirect", "redirect": {"url": order.return_url}}
    try:
        made = connect(access).v1.payment_links.create(
            params=said,  # type: ignore[arg-type]
            options={"idempotency_key": order.key},
        )
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise OutcomeUnknown(f"Answered with {error.http_status}.") from None
    except stripe.StripeError as error:
        raise translate(error) from None
    return OpenedCheckout(reference=made.id, url=_in_language(made.url, order.locale))


def _price(order: CheckoutOrder) -> dict[str, Any]:
    return {
        "currency": order.currency.lower(),
        "unit_amount": to_minor(order.amount, order.currency),
        "product_data": {"name": order.title},
    }


def _in_language(url: str, locale: str) -> str:
    language = locale.replace("_", "-").partition("-")[0]
    return f"{url}?{urlencode({'locale': language})}" if language else url


def close_checkout(access: Access, checkout_id: str) -> None:
    """No new visit, and no end to those under way but this one."""
    client = connect(access)
    with reading():
        client.v1.payment_links.update(checkout_id, params={"active": False})
        for session in _sessions(client, checkout_id):
            if session["status"] == "open":
                with suppress(stripe.InvalidRequestError):  # it was paid or ended meanwhile
                    client.v1.checkout.sessions.expire(session["id"])


def fetch_checkout(access: Access, checkout_id: str) -> Checkout:
    client = connect(access)
    with reading():
        link = client.v1.payment_links.retrieve(checkout_id)
        sessions = list(_sessions(client, checkout_id))
        attempts = [one for each in sessions for one in _list_attempts(client, each)]
    is_visited = any(one["status"] == "open" for one in sessions)
    is_pending = any(one.status == Status.PENDING for one in attempts)
    is_used = any(one["status"] == "complete" for one in sessions)
    is_open = is_visited or is_pending or (link.active and not is_used)
    return Checkout(reference=checkout_id, is_open=is_open, attempts=attempts)


def _sessions(client: stripe.StripeClient, link_id: str) -> Iterator[dict[str, Any]]:
    """Every visit, the oldest first."""
    listed = client.v1.checkout.sessions.list(
        params={"payment_link": link_id, "limit": 100, "expand": ["data.payment_intent"]}
    )
    found = [one.to_dict() for one in listed.auto_paging_iter()]
    return reversed(found)


def _list_attempts(client: stripe.StripeClient, session: dict[str, Any]) -> Iterator[Attempt]:
    """Charges that failed by their own names; the one that did not by its payment's."""
    intent = session.get("payment_intent")
    if not intent:
        return
    listed = client.v1.charges.list(params={"payment_intent": intent["id"], "limit": 100})
    for charge in reversed([one.to_dict() for one in listed.auto_paging_iter()]):
        if charge["status"] == "failed":
            yield _attempt(charge, charge["id"], Status.DECLINED)
        else:
            standing = read_intent(intent)
            status = standing.status if standing else Status.PENDING
            made = _attempt(charge, intent["id"], status)
            if intent["status"] == "requires_capture":
                until = (charge.get("payment_method_details") or {}).get("card") or {}
                made = replace(
                    made,
                    method=id_of(intent.get("payment_method")),
                    valid_until=read_moment(until.get("capture_before")),
                )
            yield made


def _attempt(charge: dict[str, Any], payment: str, status: Status) -> Attempt:
    is_declined = status == Status.DECLINED
    reason = (charge.get("outcome") or {}).get("reason")
    failure = {"code": charge.get("failure_code"), "decline_code": reason}
    return Attempt(
        payment=payment,
        status=status,
        amount=from_minor(charge["amount"], charge["currency"]),
        currency=charge["currency"].upper(),
        code=decline_code(failure) if is_declined else "",
        label=label_of((charge.get("payment_method_details") or {}).get("card") or {}),
    )

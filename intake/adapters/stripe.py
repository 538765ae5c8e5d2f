"""Stripe events, and the objects in them: whole minor units, seconds since 1970.

`amount_refunded` of a charge is the sum of all refunds so far, and a refund that succeeded may
fail later. `request` is an id or an object, by the age of the API.
"""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter, minor_units
from intake.document import Node
from intake.facts import Readings, ReadPayment
from intake.reading import NotAnOrder
from intake.signing import timed

EVENTS = {
    "charge.succeeded": "captured",
    "charge.captured": "captured",
    "charge.failed": "declined",
    "charge.refunded": "refunded",
    "charge.refund.updated": "refund_changed",
    "refund.failed": "refund_failed",
    "charge.dispute.created": "disputed",
    "charge.dispute.closed": "dispute_closed",
    "payment_intent.succeeded": "captured",
    "payment_intent.payment_failed": "declined",
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The payment in `document`: an event, what an event carries, or the object alone."""
    node = Node(document if isinstance(document, dict) else {}, [])
    kind = node.text("type") or ""
    thing = node.child("data").child("object") or node.child("object") or node
    happened = EVENTS.get(kind) or _happened(thing)
    reference = _reference(thing)
    if not happened or not reference:
        return NotAnOrder("It is not about a payment.")
    currency = (thing.text("currency") or "").upper()
    amount = thing.money("amount_refunded" if happened == "refunded" else "amount")
    return [
        ReadPayment(
            external_id=node.text("id"),
            reference=reference,
            happened=happened,
            amount=minor_units(amount, currency),
            currency=currency,
            happened_at=node.unix("created") or thing.unix("created"),
            is_test=node.flag("livemode") is False,
            findings=tuple(node.findings),
        )
    ]


def _happened(thing: Node) -> str:
    """Of a bare object: what its own state says."""
    kind = thing.text("object")
    if kind == "dispute":
        return "disputed"
    if thing.money("amount_refunded"):
        return "refunded"
    is_paid = thing.flag("paid") or thing.text("status") == "succeeded"
    return "captured" if kind in {"charge", "payment_intent"} and is_paid else ""


def _reference(thing: Node) -> str:
    if thing.text("object") in {"dispute", "refund"}:
        return thing.text("charge") or thing.text("payment_intent") or ""
    return thing.text("id") or ""


ADAPTER = ChannelAdapter(
    name="stripe", title="Stripe", read=read, is_signed=timed("Stripe-Signature")
)

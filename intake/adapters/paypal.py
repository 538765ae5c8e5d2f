"""PayPal webhooks: captures, refunds and disputes, amounts as text with their currency."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import Readings, ReadPayment
from intake.reading import NotAnOrder

# event type → what happened to the payment
EVENTS = {
    "CHECKOUT.ORDER.COMPLETED": "captured",
    "PAYMENT.SALE.COMPLETED": "captured",
    "PAYMENT.CAPTURE.COMPLETED": "captured",
    "PAYMENT.SALE.REFUNDED": "refunded",
    "PAYMENT.CAPTURE.REFUNDED": "refunded",
    "PAYMENT.CAPTURE.DENIED": "declined",
    "CUSTOMER.DISPUTE.CREATED": "disputed",
    "CUSTOMER.DISPUTE.RESOLVED": "dispute_closed",
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The payment in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    kind, resource = node.text("event_type") or "", node.child("resource")
    if kind not in EVENTS or not resource:
        return NotAnOrder("It is not about a payment.")
    amount = _amount(resource)
    return [
        ReadPayment(
            external_id=node.text("id"),
            reference=_reference(resource),
            happened=EVENTS[kind],
            amount=amount.money("value") if "value" in amount else amount.money("total"),
            currency=amount.text("currency_code") or amount.text("currency") or "",
            happened_at=node.moment("create_time"),
            findings=tuple(node.findings),
        )
    ]


def _amount(resource: Node) -> Node:
    for key in ("dispute_amount", "gross_amount", "amount"):
        if key in resource:
            return resource.child(key)
    return Node({}, resource.findings)


def _reference(resource: Node) -> str:
    """The id of the capture: of a refund the one it is of, of a dispute the one it is about."""
    if disputed := resource.children("disputed_transactions"):
        return disputed[0].text("seller_transaction_id") or ""
    for unit in resource.children("purchase_units") or []:
        if captures := unit.child("payments").children("captures"):
            return captures[0].text("id") or ""
    return resource.text("sale_id") or resource.text("id") or ""


ADAPTER = ChannelAdapter(name="paypal", title="PayPal", read=read, aliases=("psp-other",))

"""PayPal webhooks: captures, refunds and disputes, amounts as text with their currency.

A refund's notice is about the refund: which payment it is of stands in `sale_id`, or behind the
link “up”. Its amount is of this refund alone (of sales with a minus); newer notices say the sum
of all so far beside it.
"""

from __future__ import annotations

from decimal import Decimal
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
    stated = amount.money("value") if "value" in amount else amount.money("total")
    is_refund = EVENTS[kind] == "refunded"
    return [
        ReadPayment(
            external_id=node.text("id"),
            reference=_reference(resource),
            happened=EVENTS[kind],
            amount=abs(stated) if is_refund and stated is not None else stated,
            step=(resource.text("id") or "") if is_refund else "",
            sum_so_far=_refunded_so_far(resource) if is_refund else None,
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


def _refunded_so_far(resource: Node) -> Decimal | None:
    for holder in (resource.child("seller_payable_breakdown"), resource):
        if "total_refunded_amount" in holder:
            return holder.child("total_refunded_amount").money("value")
    return None


def _reference(resource: Node) -> str:
    """The id of the capture: of a refund the one it is of, of a dispute the one it is about."""
    if disputed := resource.children("disputed_transactions"):
        return disputed[0].text("seller_transaction_id") or ""
    for unit in resource.children("purchase_units") or []:
        if captures := unit.child("payments").children("captures"):
            return captures[0].text("id") or ""
    return resource.text("sale_id") or _captured_above(resource) or resource.text("id") or ""


def _captured_above(resource: Node) -> str:
    """The capture that a refund links to, which its notice names nowhere else."""
    for link in resource.children("links") or []:
        above, _, payment = (link.text("href") or "").rpartition("/captures/")
        if above and link.text("rel") == "up":
            return payment
    return ""


ADAPTER = ChannelAdapter(name="paypal", title="PayPal", read=read, aliases=("psp-other",))

"""Postmark: deliveries, bounces and complaints. A soft bounce (`TypeCode`) suppresses nobody."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import MessageStatus, Readings, ReadMessageStatus
from intake.reading import NotAnOrder
from intake.signing import password
from notifications.mail import OUR_ID

SOFT = {"2", "8", "256", "4096", "16777216"}  # transient, auto-responder, DNS, soft, unconfirmed
KINDS = {
    "delivery": MessageStatus.DELIVERED,
    "spamcomplaint": MessageStatus.COMPLAINED,
    "bounce": MessageStatus.BOUNCED,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The message in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    said, message = node.text("RecordType") or "", node.text("MessageID")
    if message is None or said.lower() not in KINDS:
        return NotAnOrder("It does not say what became of a message.")
    status = KINDS[said.lower()]
    if status == MessageStatus.BOUNCED and node.text("TypeCode") in SOFT:
        status = MessageStatus.SOFT_BOUNCED
    return [
        ReadMessageStatus(
            external_id=message,
            message_id=node.child("Metadata").text(OUR_ID) or "",
            status=status,
            said_as=said,
            why=node.text("Type") or "",
            happened_at=node.moment("DeliveredAt") or node.moment("BouncedAt"),
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(name="postmark", title="Postmark", read=read, is_signed=password)

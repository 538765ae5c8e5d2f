"""Sweego: what became of an e-mail or text message."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import MessageStatus, Readings, ReadMessageStatus
from intake.reading import NotAnOrder

KINDS = {
    "email_sent": MessageStatus.SENT,
    "sms_sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "soft-bounce": MessageStatus.SOFT_BOUNCED,
    "soft_bounce": MessageStatus.SOFT_BOUNCED,
    "hard_bounce": MessageStatus.BOUNCED,
    "hard-bounce": MessageStatus.BOUNCED,
    "undelivered": MessageStatus.BOUNCED,
    "complaint": MessageStatus.COMPLAINED,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The message in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    said, message = node.text("event_type") or "", node.text("swg_uid")
    if message is None or said not in KINDS:
        return NotAnOrder("It does not say what became of a message.")
    return [
        ReadMessageStatus(
            external_id=message,
            status=KINDS[said],
            said_as=said,
            happened_at=node.moment("timestamp"),
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(name="sweego", title="Sweego", read=read)

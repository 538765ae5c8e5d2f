"""SendGrid: a list of events. `sg_message_id` carries a suffix after the id that was answered."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import MessageStatus, Readings, ReadMessageStatus
from intake.reading import NotAnOrder
from intake.signing import sendgrid
from notifications.mail import OUR_ID

EVENTS = {
    "processed": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "bounce": MessageStatus.BOUNCED,
    "dropped": MessageStatus.FAILED,
    "deferred": MessageStatus.DELAYED,
    "spamreport": MessageStatus.COMPLAINED,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every event in `document` that says what became of a message."""
    events = document if isinstance(document, list) else [document]
    found = [
        _read_event(Node(event, []), str(n) if len(events) > 1 else "")
        for n, event in enumerate(events)
        if isinstance(event, dict) and _is_told(event)
    ]
    return [*found] or NotAnOrder("It tells of no message that was sent.")


def _is_told(event: dict[str, Any]) -> bool:
    return str(event.get("event")) in EVENTS and "sg_message_id" in event


def _read_event(node: Node, path: str) -> ReadMessageStatus:
    said = node.text("event") or ""
    status = EVENTS.get(said, MessageStatus.UNKNOWN)
    if said == "bounce" and node.text("type") == "blocked":
        status = MessageStatus.SOFT_BOUNCED
    return ReadMessageStatus(
        path=path,
        external_id=(node.text("sg_message_id") or "").partition(".")[0] or None,
        # Ours, or Anymail's for this try: SendGrid tells its own only afterwards.
        message_id=node.text(OUR_ID) or node.text("anymail_id") or node.text("smtp-id") or "",
        status=status,
        said_as=said,
        why=(node.text("type") or "")[:200],
        happened_at=node.unix("timestamp"),
        findings=tuple(node.findings),
    )


ADAPTER = ChannelAdapter(name="sendgrid", title="SendGrid", read=read, is_signed=sendgrid)

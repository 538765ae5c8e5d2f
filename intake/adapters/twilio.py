"""Twilio: the status of a text message, or an answer to one, as a form. Statuses overtake each
other, and both names of the field occur; an error code is there on failure alone.
"""

from __future__ import annotations

from typing import Any

from core.strict_json import parse_document
from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import MessageStatus, Readings, ReadMessageStatus, ReadText
from intake.parsing import parse_form
from intake.reading import NotAnOrder
from intake.signing import twilio

STATUSES = {
    "accepted": MessageStatus.SENT,
    "queued": MessageStatus.SENT,
    "sending": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.SOFT_BOUNCED,
    "failed": MessageStatus.FAILED,
}

# Errors that say that nothing will ever reach this number: it does not exist, is a landline or
# blocked, or its owner wants no more.
NEVER = {"21211", "21610", "21614", "30004", "30005", "30006"}


def parse(body: bytes) -> Any:
    """A form, or its fields as JSON, as files of them have it."""
    return parse_document(body) if body.lstrip().startswith(b"{") else parse_form(body)


def read(document: Any, *, topic: str = "") -> Readings:
    """The message in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    message = node.text("MessageSid") or node.text("SmsSid")
    said = (node.text("MessageStatus") or node.text("SmsStatus") or "").lower()
    if message is not None and said == "received":
        return [_read_text(node, message)]
    if message is None or not said:
        return NotAnOrder("It is not the status of a message that was sent.")
    error = node.text("ErrorCode")
    return [
        ReadMessageStatus(
            external_id=message,
            status=_status(said, error or ""),
            said_as=said,
            why=f"Twilio error {error}" if error and error != "0" else "",
            findings=tuple(node.findings),
        )
    ]


def _read_text(node: Node, message: str) -> ReadText:
    return ReadText(
        external_id=message,
        sender=node.text("From") or "",
        words=node.text("Body") or "",
        findings=tuple(node.findings),
    )


def _status(said: str, error: str) -> MessageStatus:
    if said in {"undelivered", "failed"} and error in NEVER:
        return MessageStatus.BOUNCED
    return STATUSES.get(said, MessageStatus.UNKNOWN)


ADAPTER = ChannelAdapter(name="twilio", title="Twilio", read=read, parse=parse, is_signed=twilio)

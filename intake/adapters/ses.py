"""Amazon SES: bounces, complaints and deliveries, bare or as the text inside an SNS envelope.

Old notifications name their kind `notificationType`, new ones `eventType`. A transient bounce
suppresses nobody.
"""

from __future__ import annotations

from typing import Any

from core.strict_json import MalformedDocument, parse_document
from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import MessageStatus, Readings, ReadMessageStatus
from intake.published_keys import sns
from intake.reading import NotAnOrder

KINDS = {
    "send": MessageStatus.SENT,
    "delivery": MessageStatus.DELIVERED,
    "complaint": MessageStatus.COMPLAINED,
    "reject": MessageStatus.FAILED,
    "rendering failure": MessageStatus.FAILED,
    "deliverydelay": MessageStatus.DELAYED,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The message in `document`, or that SNS wants to know whether its messages are wanted."""
    envelope = Node(document if isinstance(document, dict) else {}, [])
    if envelope.text("Type") == "SubscriptionConfirmation":
        wanted = "SNS sends nothing until its subscription is confirmed: open its SubscribeURL."
        envelope.find("SubscribeURL", "subscription", wanted)
        return [ReadMessageStatus(findings=tuple(envelope.findings))]
    node = _unwrap(Node(document if isinstance(document, dict) else {}, []))
    said = (node.text("notificationType") or node.text("eventType") or "").lower()
    message = node.child("mail").text("messageId")
    if not said or message is None:
        return NotAnOrder("It is not about a message that was sent.")
    told = node.child(said)
    status = KINDS.get(said, MessageStatus.UNKNOWN)
    if said == "bounce":
        is_final = told.text("bounceType") == "Permanent"
        status = MessageStatus.BOUNCED if is_final else MessageStatus.SOFT_BOUNCED
    return [
        ReadMessageStatus(
            external_id=message,
            message_id=node.child("mail").child("commonHeaders").text("messageId") or "",
            status=status,
            said_as=said,
            why=" ".join(
                filter(None, [told.text("bounceType"), told.text("bounceSubType"),
                              told.text("complaintFeedbackType")])
            ),
            happened_at=told.moment("timestamp"),
            findings=tuple(node.findings),
        )
    ]  # fmt: skip


def _unwrap(node: Node) -> Node:
    """SNS carries the notification as text within its own."""
    text = node.value.get("Message")
    if not isinstance(text, str) or "TopicArn" not in node:
        return node
    try:
        inner = parse_document(text.encode("utf-8", "surrogatepass"))
    except MalformedDocument:
        inner = None
    return Node(inner if isinstance(inner, dict) else {}, node.findings)


ADAPTER = ChannelAdapter(name="ses", title="Amazon SES", read=read, is_signed=sns)

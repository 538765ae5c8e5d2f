"""What became of our letters and texts: their state follows, and everybody hears of it.

The event names the message by its provider's id and holds no address; whoever keeps addresses
that cannot be written to finds out whose it is.
"""

from __future__ import annotations

from core.events import record, reference
from intake.facts import MessageStatus, ReadMessageStatus, ReadText
from intake.models import ChannelDocument
from intake.services.outcomes import Cause, accept, ignore, park, repeat
from intake.states import Awaited
from notifications import queries as messages
from notifications import services as notifications
from notifications.models import Message

REPORTS = {
    MessageStatus.SENT: notifications.report_sent,
    MessageStatus.DELAYED: notifications.report_sent,
    MessageStatus.DELIVERED: notifications.report_delivered,
    MessageStatus.BOUNCED: notifications.report_bounced,
    MessageStatus.COMPLAINED: notifications.report_bounced,
    MessageStatus.FAILED: notifications.report_bounced,
}
ON_ITS_WAY = {MessageStatus.SENT, MessageStatus.DELAYED, MessageStatus.UNKNOWN}
# What others are told: a delay is a message that is still on its way.
TOLD = {
    MessageStatus.SENT: "sent",
    MessageStatus.DELAYED: "sent",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.SOFT_BOUNCED: "bounced",
    MessageStatus.BOUNCED: "bounced",
    MessageStatus.COMPLAINED: "complained",
    MessageStatus.FAILED: "failed",
}


def settle_message(document: ChannelDocument, read: ReadMessageStatus, cause: Cause) -> None:
    """Follow one message; a status that comes before its message waits for it."""
    keys = [key for key in (read.message_id, read.external_id) if key]
    message = messages.find_sent(partner_id=document.partner_id, provider_ids=keys)
    if message is None:
        reason = "No message of ours has this id yet; it goes on by itself when one does."
        park(document, cause, Awaited.MESSAGE, keys[0] if keys else "", reason)
        return
    _tell(document, message, read, cause)
    if read.status == MessageStatus.SOFT_BOUNCED:
        accept(document, None, cause, "It did not arrive this time; nobody is suppressed for it.")
        return
    report = REPORTS.get(read.status)
    has_moved = report is not None and report(
        message_id=message.pk,
        why=(f"{read.said_as} {read.why}".strip())[:200],
        actor=cause.actor,
        now=cause.now,
        op_id=cause.op_id,
        provider_id=read.external_id or "",
    )
    if has_moved:
        accept(document, None, cause, f"The message is {read.status.value}.")
    elif read.status in ON_ITS_WAY:
        reason = f"“{read.said_as[:60]}” changes nothing: the message is on its way."
        repeat(document, cause, reason)
    else:
        repeat(document, cause, "It says nothing new of its message.")


def settle_text(document: ChannelDocument, read: ReadText, cause: Cause) -> None:
    """Somebody answered: STOP ends texts to their number, START begins them again."""
    heard = notifications.hear_text(
        partner_id=document.partner_id,
        sender=read.sender,
        words=read.words,
        actor=cause.actor,
        now=cause.now,
        op_id=cause.op_id,
    )
    if heard:
        accept(document, None, cause, f"Texts to this number are {heard}.")
    else:
        ignore(document, "It asks for nothing that the desk does by itself.", cause)


def _tell(
    document: ChannelDocument, message: Message, read: ReadMessageStatus, cause: Cause
) -> None:
    """Of the document, whose row is locked here; a word that nobody knows is not told on."""
    if read.status not in TOLD:
        return
    record(
        kind="message.status",
        partner_id=document.partner_id,
        subject=reference(document),
        case=message.case,
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data={
            "provider": document.channel.kind,
            "provider_id": message.provider_id,
            "message": reference(message),
            "status": TOLD[read.status],
            "is_permanent": read.status == MessageStatus.BOUNCED,
            "happened_at": read.happened_at.isoformat() if read.happened_at else None,
        },
    )

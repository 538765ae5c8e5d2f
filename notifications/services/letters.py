"""Messages to people: queued with the event that gives cause, sent after its commit.

The courier (`notifications.courier`) does the sending; here is what may be asked of the outbox.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django_fsm import can_proceed

from core import clock, documents
from core.actors import Actor
from core.errors import ActionBlocked
from core.models import EncryptedDocument, Event
from core.operations import operation
from core.transactions import requires_transaction
from notifications import locks
from notifications.addresses import Addressee, is_usable
from notifications.kinds import find_kind
from notifications.models import Message
from notifications.queries.letters import RenderedMessage, read_message
from notifications.queries.wishes import find_suppression, is_muted
from notifications.queries.wording import Wording, find_wording, get_wording
from notifications.rules import fill_letter, lay_out
from notifications.services.promises import Said, keep_said, withdraw_said
from notifications.sms import gateway
from notifications.states import MUTED, NO_ADDRESS, WHY_NOT, Medium, MessageState
from notifications.timeline import tell

TIME_TO_UNDO = dt.timedelta(seconds=settings.MESSAGE_UNDO_SECONDS)
# What is not anybody's wish is made up for by another way.
MADE_UP_FOR = {NO_ADDRESS, "bounced", "complained", "stopped", "asked"}


@requires_transaction
def write(
    *,
    partner_id: int,
    case: str,
    kind: str,
    event: Event,
    to: Addressee,
    context: Mapping[str, str],
    actor: Actor,
    now: dt.datetime,
    delay: dt.timedelta = TIME_TO_UNDO,
    promises: Sequence[Said] = (),
    act_by: dt.datetime | None = None,
) -> list[Message]:
    """Tell a person, by the ways their kind of message takes; what is there already is left.

    Where a way leads nowhere the kind's other one is taken. `promises` are the days the words
    name, `act_by` the moment after which the reader can do nothing more. Raises `BadLetter` when
    the wording cannot be made.
    """
    known = find_kind(kind)
    media = known.media if known else (Medium.EMAIL,)
    queued = []
    for medium in media:
        if medium == Medium.SMS and not (gateway() and to.address_for(medium)):
            continue
        queued.append(
            queue(
                partner_id=partner_id,
                case=case,
                template=kind,
                event=event,
                medium=medium,
                person=to.person,
                to=to.address_for(medium),
                locale=to.locale,
                context=context,
                actor=actor,
                now=now,
                delay=delay,
                time_zone=to.time_zone,
                else_to=_other_address(kind, medium, to),
                promises=promises,
                act_by=act_by,
            )
        )
    return [message for message in queued if message]


def _other_address(kind: str, medium: str, to: Addressee) -> str:
    known = find_kind(kind)
    other = known.falls_back if known else None
    return to.address_for(other) if other and other != medium else ""


@requires_transaction
def queue(
    *,
    partner_id: int,
    case: str,
    template: str,
    event: Event,
    medium: str,
    person: str,
    to: str,
    locale: str,
    context: Mapping[str, str],
    actor: Actor,
    now: dt.datetime,
    delay: dt.timedelta = TIME_TO_UNDO,
    time_zone: str = "",
    else_to: str = "",
    promises: Sequence[Said] = (),
    act_by: dt.datetime | None = None,
    instead_of: Message | None = None,
) -> Message | None:
    """Put one message into the outbox, worded now and encrypted; None when it is there already.

    A person without a usable address, or who is not to be written to, gets a *suppressed* message
    that says so: nobody is reached, and staff can see it. Raises `BadLetter` when the wording
    cannot be made.
    """
    same = {"case": case, "template": template, "event": event, "medium": medium, "person": person}
    if Message.objects.filter(**same).exists():
        return None
    wording = get_wording(
        partner_id=partner_id, kind=template, locale=locale, medium=Medium(medium)
    )
    message = Message.objects.create(
        partner_id=partner_id,
        **same,
        locale=wording.locale,
        wording=wording.version,
        time_zone=time_zone,
        instead_of=instead_of,
        content=_store(
            wording, context, to, else_to, partner_id=partner_id, person=person, now=now
        ),
        queued_at=now,
        due_at=clock.database_now() + delay,
        act_by=act_by,
    )
    if why := _why_not(message, to):
        instead = suppress(message, why, actor=actor, now=now)
        if instead and instead.state == MessageState.QUEUED:
            keep_said(instead, promises, now=now)
    else:
        tell(message, "queued", actor=actor, now=now)
        keep_said(message, promises, now=now)
    return message


def _store(
    wording: Wording,
    context: Mapping[str, str],
    to: str,
    else_to: str,
    *,
    partner_id: int,
    person: str,
    now: dt.datetime,
) -> EncryptedDocument:
    worded = fill_letter(wording.letter, context)
    used = {name: context[name] for name in context} if else_to else {}
    content = {
        "to": to,
        "subject": worded.subject,
        "body": worded.body,
        "parts": lay_out(wording.letter, context),
        "context": used,
        "else_to": else_to,
    }
    return documents.store(
        partner_id=partner_id,
        kind="message",
        person=person,
        content=json.dumps(content).encode(),
        content_type="application/json",
        now=now,
    )


def _why_not(message: Message, to: str) -> str:
    """The code of why this is not to be sent; blank where it may be."""
    if not is_usable(message.medium, to):
        return NO_ADDRESS
    kind = find_kind(message.template)
    is_optional = bool(kind and kind.is_optional)
    found = find_suppression(
        partner_id=message.partner_id,
        medium=message.medium,
        address=to,
        person=message.person,
        is_optional=is_optional,
    )
    if found:
        return str(found.reason)
    muted = is_optional and is_muted(
        partner_id=message.partner_id, person=message.person, kind=message.template
    )
    return MUTED if muted else ""


@requires_transaction
def suppress(message: Message, why: str, *, actor: Actor, now: dt.datetime) -> Message | None:
    """Keep a queued message back; what goes by the other way where that is nobody's wish."""
    message.suppress()
    message.last_error, message.leased_until = WHY_NOT[why], None
    message.save()
    tell(message, "suppressed", actor=actor, now=now, why=why)
    return fall_back(message, actor=actor, now=now) if why in MADE_UP_FOR else None


@requires_transaction
def fall_back(message: Message, *, actor: Actor, now: dt.datetime) -> Message | None:
    """Write the same by the kind's other way; None where there is none, or it went there too."""
    kind = find_kind(message.template)
    other = kind.falls_back if kind else None
    if other is None or other == message.medium or message.instead_of_id:
        return None
    try:
        kept = read_message(message)
    except documents.DocumentErased:
        return None
    if not can_go_by(other, message, kept):
        return None
    return queue(
        partner_id=message.partner_id,
        case=message.case,
        template=message.template,
        event=message.event,
        medium=other,
        person=message.person,
        to=kept.else_to,
        locale=message.locale,
        context=kept.context,
        actor=actor,
        now=now,
        delay=dt.timedelta(0),
        time_zone=message.time_zone,
        promises=withdraw_said(message, now=now),
        act_by=message.act_by,
        instead_of=message,
    )


def can_go_by(medium: Medium, message: Message, kept: RenderedMessage) -> bool:
    if not kept.else_to or (medium == Medium.SMS and gateway() is None):
        return False
    wording = find_wording(
        partner_id=message.partner_id,
        kind=message.template,
        locale=message.locale,
        medium=medium,
    )
    return wording is not None


@operation("message.call_off")
def call_off(*, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Message:
    """Take a message back before it leaves. Raises `ActionBlocked` once a courier has it."""
    message = locks.lock_message(message_id)
    if message.state != MessageState.QUEUED:
        raise ActionBlocked("It has left already.")
    if message.leased_until and message.leased_until > clock.database_now():
        raise ActionBlocked("It is being sent at this moment.")
    if message.attempts and message.medium == Medium.SMS:
        raise ActionBlocked("It was tried before and may have arrived.")
    message.suppress()
    message.last_error, message.leased_until = "Called off before it left.", None
    message.save()
    withdraw_said(message, now=now)
    tell(message, "called_off", actor=actor, now=now, op_id=op_id)
    return message


@operation("message.queue_again")
def queue_again(*, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Message:
    """Give a failed message its tries back, as a person who mended the cause may ask."""
    message = locks.lock_message(message_id)
    message.queue_again()
    message.attempts, message.last_error = 0, ""
    message.due_at, message.leased_until = clock.database_now(), None
    message.save()
    tell(message, "queued", actor=actor, now=now, op_id=op_id)
    return message


@requires_transaction
def report_sent(
    *,
    message_id: int,
    why: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    provider_id: str = "",
) -> bool:
    """Its provider has it; False where that is known.

    News only of a try whose answer was lost: it is not sent once more.
    """
    message = locks.lock_message(message_id)
    return _learn_sent(message, provider_id, actor=actor, now=now, op_id=op_id)


def _learn_sent(
    message: Message, provider_id: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> bool:
    if message.state != MessageState.QUEUED or not message.attempts:
        return False
    message.mark_sent()
    message.sent_at, message.leased_until, message.last_error = now, None, ""
    message.provider_id = provider_id
    message.save()
    tell(message, "sent", actor=actor, now=now, op_id=op_id)
    return True


@requires_transaction
def report_delivered(
    *,
    message_id: int,
    why: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    provider_id: str = "",
) -> bool:
    """Its provider says it arrived; False when nothing is new. What bounced stays bounced."""
    message = locks.lock_message(message_id)
    _learn_sent(message, provider_id, actor=actor, now=now, op_id=op_id)
    if not can_proceed(message.mark_delivered):
        return False
    message.mark_delivered()
    message.save()
    tell(message, "delivered", actor=actor, now=now, op_id=op_id)
    return True


@requires_transaction
def report_bounced(
    *,
    message_id: int,
    why: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    provider_id: str = "",
) -> bool:
    """Its provider says it came back for good, or was complained of; False when that is known.

    What it said goes by the kind's other way. Whether the address is written to again is decided
    where the provider's word is read (`notifications.subscribers`).
    """
    message = locks.lock_message(message_id)
    _learn_sent(message, provider_id, actor=actor, now=now, op_id=op_id)
    if not can_proceed(message.mark_bounced):
        return False
    was_read = message.state == MessageState.DELIVERED
    message.mark_bounced()
    message.last_error = why[:500]
    message.save()
    tell(message, "bounced", actor=actor, now=now, op_id=op_id)
    if not was_read:
        fall_back(message, actor=actor, now=now)
    return True

"""Messages to people: queued with the event that gives cause, sent after its commit.

The courier (`notifications.courier`) does the sending; here is what may be asked of the outbox.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django_fsm import can_proceed

from core import clock, documents
from core.actors import Actor
from core.models import Event
from core.operations import operation
from core.transactions import requires_transaction
from notifications import locks
from notifications.letters import find_letter
from notifications.models import Message
from notifications.rules import fill_letter
from notifications.timeline import tell

TIME_TO_UNDO = dt.timedelta(seconds=10)


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
) -> Message | None:
    """Put a message into the outbox, worded now and encrypted; None when it is there already.

    A person without a usable address gets a *suppressed* message that says so: nobody is
    reached, and staff can see it. Raises `BadLetter` when the wording cannot be made.
    """
    same = {"case": case, "template": template, "event": event, "medium": medium, "person": person}
    if Message.objects.filter(**same).exists():
        return None
    letter, language = find_letter(template, locale)
    worded = fill_letter(letter, context)
    content = documents.store(
        partner_id=partner_id,
        kind="message",
        person=person,
        content=json.dumps({"to": to, "subject": worded.subject, "body": worded.body}).encode(),
        content_type="application/json",
        now=now,
    )
    message = Message.objects.create(
        partner_id=partner_id,
        **same,
        locale=language,
        content=content,
        queued_at=now,
        due_at=clock.database_now() + delay,
    )
    if _is_usable(to):
        tell(message, "queued", actor=actor, now=now)
    else:
        message.suppress()
        message.last_error = "There is no usable address."
        message.save()
        tell(message, "suppressed", actor=actor, now=now)
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
def report_delivered(
    *, message_id: int, why: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Its provider says it arrived; False when nothing is new. What bounced stays bounced."""
    message = locks.lock_message(message_id)
    if not can_proceed(message.mark_delivered):
        return False
    message.mark_delivered()
    message.save()
    tell(message, "delivered", actor=actor, now=now, op_id=op_id)
    return True


@requires_transaction
def report_bounced(
    *, message_id: int, why: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Its provider says it came back for good, or was complained of; False when that is known."""
    message = locks.lock_message(message_id)
    if not can_proceed(message.mark_bounced):
        return False
    message.mark_bounced()
    message.last_error = why[:500]
    message.save()
    tell(message, "bounced", actor=actor, now=now, op_id=op_id)
    return True


def _is_usable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True

"""Messages to people: queued with the event that gives cause, sent after its commit.

Sending is at least once, by nature of mail: a worker that dies between the server's answer and
our mark sends again. The second copy carries the same Message-ID, so mail programs show one.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import smtplib
from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from core import clock, documents
from core.actors import Actor
from core.events import record, reference
from core.faults import crashpoint
from core.models import Event
from core.operations import operation
from core.transactions import opens_transaction, requires_transaction
from notifications import locks
from notifications.letters import find_letter
from notifications.models import Message
from notifications.queries import RenderedMessage, read_message
from notifications.rules import fill_letter

log = structlog.get_logger(__name__)

COURIER = Actor.system("mail-courier")
TIME_TO_UNDO = dt.timedelta(seconds=10)
BATCH = 20
MAX_ATTEMPTS = 10
FIRST_DELAY = 15.0
LONGEST_DELAY = 3600.0


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
        _tell(message, "queued", actor=actor, now=now)
    else:
        _suppress(message, why="There is no usable address.", actor=actor, now=now)
    return message


@operation("message.queue_again")
def queue_again(*, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Message:
    """Give a failed message its tries back, as a person who mended the cause may ask."""
    message = locks.lock_message(message_id)
    message.queue_again()
    message.attempts, message.last_error = 0, ""
    message.due_at, message.leased_until = clock.database_now(), None
    message.save()
    _tell(message, "queued", actor=actor, now=now, op_id=op_id)
    return message


def send_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Send whatever is due; returns how many messages the mail server took."""
    sent = 0
    while claims := locks.claim_due(batch=batch):
        sent += sum(_send(claim, now) for claim in claims)
    return sent


def _send(claim: locks.Claim, now: dt.datetime) -> bool:
    message = Message.objects.select_related("partner", "content__key").get(pk=claim.message_id)
    if claim.attempts > MAX_ATTEMPTS:  # whoever tried last never came back to say so
        _mark_failed(claim, why="The last try never ended.", now=now)
        return False
    try:
        mail = _write_mail(message, read_message(message))
        mail.send()
    except documents.DocumentErased as error:
        _mark_suppressed(claim, why=error.message, now=now)
        return False
    except Exception as error:  # noqa: BLE001 - every failure ends in its row, none stops the rest
        _mark_unsent(claim, error, now=now)
        return False
    crashpoint("message.after_send")
    return _mark_sent(claim, mail.extra_headers["Message-ID"], now=now)


def _write_mail(message: Message, rendered: RenderedMessage) -> EmailMessage:
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.partition("@")[2] or "localhost"
    return EmailMessage(
        subject=rendered.subject,
        body=rendered.body,
        from_email=formataddr((message.partner.name, address)),
        to=[rendered.to],
        headers={
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.locale,
        },
    )


@opens_transaction
def _mark_sent(claim: locks.Claim, provider_id: str, *, now: dt.datetime) -> bool:
    message = locks.lock_claimed(claim)
    if message is None:
        return False
    message.mark_sent()
    message.sent_at, message.leased_until = now, None
    message.provider_id, message.last_error = provider_id, ""
    message.save()
    _tell(message, "sent", actor=COURIER, now=now)
    return True


def _mark_unsent(claim: locks.Claim, error: Exception, *, now: dt.datetime) -> None:
    why = describe_failure(error)
    log.warning("message_not_sent", message=claim.message_id, attempts=claim.attempts, error=why)
    if is_final(error) or claim.attempts >= MAX_ATTEMPTS:
        _mark_failed(claim, why=why, now=now)
    else:
        _put_off(claim, why=why)


@opens_transaction
def _put_off(claim: locks.Claim, *, why: str) -> None:
    if message := locks.lock_claimed(claim):
        message.due_at = clock.database_now() + delay_after(claim.attempts)
        message.leased_until, message.last_error = None, why
        message.save()


@opens_transaction
def _mark_failed(claim: locks.Claim, *, why: str, now: dt.datetime) -> None:
    if message := locks.lock_claimed(claim):
        message.give_up()
        message.leased_until, message.last_error = None, why
        message.save()
        _tell(message, "failed", actor=COURIER, now=now)


@opens_transaction
def _mark_suppressed(claim: locks.Claim, *, why: str, now: dt.datetime) -> None:
    if message := locks.lock_claimed(claim):
        _suppress(message, why=why, actor=COURIER, now=now)


def _suppress(message: Message, *, why: str, actor: Actor, now: dt.datetime) -> None:
    message.suppress()
    message.leased_until, message.last_error = None, why
    message.save()
    _tell(message, "suppressed", actor=actor, now=now)


def delay_after(attempts: int) -> dt.timedelta:
    """Time until the next try: doubling from a quarter of a minute to an hour, with jitter."""
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempts - 1))
    return dt.timedelta(seconds=random.uniform(longest / 2, longest))


def is_final(error: Exception) -> bool:
    """Whether the server said "never" about this person, rather than "not now" or "not you"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def describe_failure(error: Exception) -> str:
    """Kind and code of a failure. Never the server's text, which repeats addresses."""
    codes = [str(code) for code, _ in getattr(error, "recipients", {}).values()]
    if isinstance(error, smtplib.SMTPResponseException):
        codes = [str(error.smtp_code)]
    return " ".join([type(error).__name__, *codes])


def _is_usable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _tell(
    message: Message, what: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    record(
        kind=f"message.{what}",
        partner_id=message.partner_id,
        subject=reference(message),
        case=message.case,
        actor=actor,
        op_id=op_id,
        now=now,
        cause=message.event_id,
        data={"template": message.template, "medium": message.medium, "person": message.person},
    )

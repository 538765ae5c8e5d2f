"""The mail courier: takes due messages from the outbox and hands them to the mail server.

A message is claimed by lease, sent outside of any transaction and marked under the same lease.
Sending is at least once, by nature of mail: a worker that dies between the server's answer and
our mark sends again. The second copy carries the same Message-ID, so mail programs show one.
"""

from __future__ import annotations

import datetime as dt
import random
import smtplib
from email.utils import formataddr, parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from core import clock, documents
from core.actors import Actor
from core.faults import crashpoint
from core.transactions import opens_transaction
from notifications import locks
from notifications.models import Message
from notifications.queries import RenderedMessage, read_message
from notifications.timeline import tell

log = structlog.get_logger(__name__)

COURIER = Actor.system("mail-courier")
BATCH = 20
MAX_ATTEMPTS = 10
FIRST_DELAY = 15.0
LONGEST_DELAY = 3600.0


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
    tell(message, "sent", actor=COURIER, now=now)
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
        tell(message, "failed", actor=COURIER, now=now)


@opens_transaction
def _mark_suppressed(claim: locks.Claim, *, why: str, now: dt.datetime) -> None:
    if message := locks.lock_claimed(claim):
        message.suppress()
        message.leased_until, message.last_error = None, why
        message.save()
        tell(message, "suppressed", actor=COURIER, now=now)


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

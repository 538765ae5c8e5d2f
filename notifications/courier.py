"""The courier: takes due messages from the outbox and hands them to the mail server or by SMS.

A message is claimed by lease, sent outside of any transaction and marked under the same lease.
A worker that dies between the provider's answer and our mark leaves a message that may have been
sent. Mail is sent again with the same Message-ID, so mail programs show one; of a text the
provider is asked first what it sent, and only what it did not is sent.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from dataclasses import dataclass

import structlog
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from core import clock, documents
from core.actors import Actor
from core.backoff import Backoff
from core.faults import crashpoint
from core.transactions import opens_transaction
from notifications import locks, services
from notifications.kinds import find_kind
from notifications.mail import write_mail
from notifications.models import Message
from notifications.queries import RenderedMessage, find_suppression, is_sent_as, read_message
from notifications.rules import LONGEST, QuietHours
from notifications.sms import NotHeard, Refused, SmsGateway, gateway
from notifications.states import Medium, Reason
from notifications.timeline import tell

log = structlog.get_logger(__name__)

COURIER = Actor.system("courier")
BATCH = 20
MAX_ATTEMPTS = 10
PAUSE = Backoff(first=15, longest=3600)
# A provider that may have the mail tells so, where it has our address, before it gets it again.
TIME_TO_HEAR = dt.timedelta(minutes=3)
# What was asked is amiss, and will be so again: SendGrid's status, SES's code.
REFUSED_FOR_GOOD = {"400", "413", "BadRequestException"}
# SMTP: no such mailbox, no such user here, a mailbox name nobody may have.
NOBODY_THERE = {550, 551, 553}


def send_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Send whatever is due; returns how many messages the mail server took."""
    sent = 0
    while claims := locks.claim_due(batch=batch):
        sent += sum(_send(claim, now) for claim in claims)
    return sent


class Unsendable(Exception):
    """It can never go this way, whoever is asked."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: the person is asleep."""

    until: dt.datetime


def _send(claim: locks.Claim, now: dt.datetime) -> bool:
    message = Message.objects.select_related("partner", "content__key").get(pk=claim.message_id)
    if claim.attempts > MAX_ATTEMPTS:  # whoever tried last never came back to say so
        _mark_failed(claim, why="The last try never ended.", now=now)
        return False
    if wait := _find_quiet(message):
        _let_sleep(claim, wait)
        return False
    try:
        rendered = read_message(message)
        if why := _why_not_any_more(message, rendered):
            _keep_back(claim, why, now=now)
            return False
        provider_id = _hand_over(message, rendered, is_first=claim.attempts == 1)
    except documents.DocumentErased as error:
        _mark_suppressed(claim, why=error.message, now=now)
        return False
    except Exception as error:  # noqa: BLE001 - every failure ends in its row, none stops the rest
        _mark_unsent(claim, error, now=now)
        return False
    crashpoint("message.after_send")
    return _mark_sent(claim, provider_id, now=now)


def _find_quiet(message: Message) -> Wait | None:
    """Until when nobody is to be woken by this; a text alone makes a noise."""
    kind = find_kind(message.template)
    quiet = QuietHours.read(settings.QUIET_HOURS)
    if message.medium != Medium.SMS or quiet is None:
        return None
    zone = message.time_zone or message.partner.time_zone
    act_by = message.act_by if kind and kind.is_urgent else None
    end = quiet.wait_of(clock.database_now(), zone, act_by=act_by)
    return Wait(end) if end else None


def _why_not_any_more(message: Message, rendered: RenderedMessage) -> str:
    """They may have said STOP, or something may have bounced, since it was queued."""
    kind = find_kind(message.template)
    found = find_suppression(
        partner_id=message.partner_id,
        medium=message.medium,
        address=rendered.to,
        person=message.person,
        is_optional=bool(kind and kind.is_optional),
    )
    return str(found.reason) if found else ""


def _hand_over(message: Message, rendered: RenderedMessage, *, is_first: bool) -> str:
    """Returns what the provider calls it."""
    if message.medium == Medium.EMAIL:
        mail = write_mail(message, rendered)
        mail.send()
        return _provider_id(mail)
    way = gateway()
    if way is None:
        raise Unsendable("No way to send texts is set up.")
    if len(rendered.body) > LONGEST:
        raise Unsendable("It is longer than any carrier takes.")
    if not is_first and (sent := _find_sent(way, message, rendered)):
        return sent
    return way.send(to=rendered.to, body=rendered.body, reference=message.public_id)


def _find_sent(way: SmsGateway, message: Message, rendered: RenderedMessage) -> str:
    """What an earlier try sent without our hearing of it; blank when it sent nothing.

    Another message of ours may have had the same words: that one is known by its id.
    """
    since = message.tried_at or message.queued_at
    found = way.find(to=rendered.to, body=rendered.body, since=since)
    return next((sid for sid in found if not is_sent_as(message.partner_id, sid)), "")


def _provider_id(mail: EmailMultiAlternatives) -> str:
    """Anymail's, or our own Message-ID where mail goes by SMTP."""
    status = getattr(mail, "anymail_status", None)
    known = getattr(status, "message_id", None)
    return str(known) if isinstance(known, str) else str(mail.extra_headers["Message-ID"])


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
        _mark_failed(claim, why=why, now=now, blames=blame(error))
    else:
        pause = delay_after(claim.attempts)
        _put_off(claim, why=why, pause=max(pause, TIME_TO_HEAR) if is_unheard(error) else pause)


@opens_transaction
def _put_off(claim: locks.Claim, *, why: str, pause: dt.timedelta) -> None:
    if message := locks.lock_claimed(claim):
        message.due_at = clock.database_now() + pause
        message.leased_until, message.last_error = None, why
        message.save()


@opens_transaction
def _mark_failed(
    claim: locks.Claim, *, why: str, now: dt.datetime, blames: Reason | None = None
) -> None:
    """It ends here; what it said goes by the other way, and a dead address is remembered."""
    message = locks.lock_claimed(claim)
    if message is None:
        return
    message.give_up()
    message.leased_until, message.last_error = None, why
    message.save()
    tell(message, "failed", actor=COURIER, now=now)
    if blames:
        services.suppress_address_of(message=message, reason=blames, actor=COURIER, now=now)
    services.fall_back(message, actor=COURIER, now=now)


@opens_transaction
def _let_sleep(claim: locks.Claim, wait: Wait) -> None:
    """Nothing was tried: the try is given back."""
    if message := locks.lock_claimed(claim):
        message.due_at, message.leased_until = wait.until, None
        message.attempts -= 1
        message.tried_at = message.tried_at if message.attempts else None
        message.save()


@opens_transaction
def _keep_back(claim: locks.Claim, why: str, *, now: dt.datetime) -> None:
    if message := locks.lock_claimed(claim):
        services.suppress(message, why, actor=COURIER, now=now)


@opens_transaction
def _mark_suppressed(claim: locks.Claim, *, why: str, now: dt.datetime) -> None:
    if message := locks.lock_claimed(claim):
        message.suppress()
        message.leased_until, message.last_error = None, why
        message.save()
        tell(message, "suppressed", actor=COURIER, now=now)


def delay_after(attempts: int) -> dt.timedelta:
    """Time until the next try: from a quarter of a minute to an hour."""
    return PAUSE.after(attempts)


def is_final(error: Exception) -> bool:
    """Whether the server said "never" about this person, rather than "not now" or "not you"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, Refused):
        return error.is_final
    if isinstance(error, AnymailRecipientsRefused | Unsendable):
        return True
    if isinstance(error, AnymailAPIError):
        return next(reversed(_codes_of(error)), "") in REFUSED_FOR_GOOD
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def is_unheard(error: Exception) -> bool:
    """Whether a provider may have taken it, for all that we heard."""
    if not isinstance(error, AnymailAPIError):
        return False
    status = next(iter(_codes_of(error)), "")
    return not status or status >= "500"


def _codes_of(error: AnymailAPIError) -> list[str]:
    """The status that a provider answered, and its word for it where that is a code (SES)."""
    answer = error.response
    if not isinstance(answer, dict):
        return [str(error.status_code)] if error.status_code else []
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", "")
    return [str(status), str(answer.get("Error", {}).get("Code", ""))]


def blame(error: Exception) -> Reason | None:
    """Why the address is not to be written to again; None where it is not at fault.

    A whole message refused (an SMTP 554) says nothing about its reader.
    """
    if isinstance(error, Refused) and error.reason:
        return Reason(error.reason)
    if isinstance(error, AnymailRecipientsRefused):  # a bounce or complaint that it knows of
        return Reason.BOUNCED
    if isinstance(error, smtplib.SMTPRecipientsRefused) and is_final(error):
        nobody_there = all(code in NOBODY_THERE for code, _ in error.recipients.values())
        return Reason.BOUNCED if nobody_there else None
    return None


def describe_failure(error: Exception) -> str:
    """Kind and code of a failure. Never the server's text, which repeats addresses."""
    if isinstance(error, Refused | NotHeard | Unsendable):
        return str(error)
    codes = [str(code) for code, _ in getattr(error, "recipients", {}).values()]
    if isinstance(error, smtplib.SMTPResponseException):
        codes = [str(error.smtp_code)]
    if isinstance(error, AnymailAPIError):
        codes = _codes_of(error)
    return " ".join([type(error).__name__, *codes])

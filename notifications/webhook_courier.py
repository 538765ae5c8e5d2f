"""The courier to partners' programs, by the rules of Standard Webhooks.

A message is claimed by lease, signed with every live secret, sent outside of any transaction and
marked under the same lease. Sending is at least once, under one id; a program acts on each id
once. A message is tried for three days. One that fails does not hold up the next: numbers show
what is missing. An endpoint that fails again and again is probed, not hammered; its people are
warned after a day, and after three it is disabled.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from itertools import groupby

import structlog
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce

from core import clock, egress, signatures
from core.actors import Actor
from core.events import record, reference
from core.faults import crashpoint
from core.transactions import opens_transaction
from notifications import locks, queries, rules
from notifications.models import WebhookEndpoint, WebhookMessage

log = structlog.get_logger(__name__)

COURIER = Actor.system("webhook-courier")
BATCH = 20
GONE = 410
TAKEN = 202
# Seconds for one round; the next sweep goes on. Well below the limit of a task.
ROUND = 25.0


class NotTaken(Exception):
    """They did not take it: a kind of failure, never a text, which repeats addresses."""


def send_due(*, batch: int = BATCH) -> int:
    """Send what is due; returns how many messages were taken."""
    taken, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (claims := locks.claim_webhooks(batch=batch)):
        for _, of_one in groupby(claims, key=lambda claim: claim.endpoint_id):
            taken += _send_until_it_fails(list(of_one))
    return taken


def _send_until_it_fails(claims: list[locks.WebhookClaim]) -> int:
    """What is behind a failure goes back untried: the endpoint is asked with one at a time."""
    for sent, claim in enumerate(claims):
        if not _send(claim):
            locks.hand_back_webhooks(claims[sent + 1 :])
            return sent
    return len(claims)


def _send(claim: locks.WebhookClaim) -> bool:
    message = WebhookMessage.objects.select_related("endpoint__partner").get(pk=claim.message_id)
    now = clock.now(message.endpoint.partner)
    try:
        status = _post(message)
    except NotTaken as error:
        _note_failure(claim, str(error), now=now)
        return False
    if status == GONE:
        _disable(claim, "gone", now=now)
        return False
    crashpoint("webhook.after_send")
    return _note_answer(claim, is_applied=status != TAKEN, now=now)


def _post(message: WebhookMessage) -> int:
    secrets = queries.list_live_secrets(message.endpoint)
    if not secrets:
        raise NotTaken("There is no secret to sign with.")
    body = write_body(message)
    headers = signatures.write_headers(
        message_id=message.public_id, body=body, secrets=secrets, now=clock.now()
    )
    try:
        answer = egress.post(
            message.endpoint.url,
            body,
            headers={"Content-Type": "application/json", "User-Agent": "Swapdesk", **headers},
            may_reach_loopback=settings.OUTGOING_TO_LOOPBACK,
        )
    except (egress.Unreachable, egress.AddressForbidden) as error:
        raise NotTaken(str(error)) from error
    if not (200 <= answer.status < 300 or answer.status == GONE):
        raise NotTaken(f"Answered with {answer.status}.")
    return answer.status


def write_body(message: WebhookMessage) -> bytes:
    """The message as it leaves, byte for byte the same each time."""
    told = {"id": message.public_id, "sequence": message.sequence, **message.body}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


@opens_transaction
def _note_answer(claim: locks.WebhookClaim, *, is_applied: bool, now: dt.datetime) -> bool:
    WebhookEndpoint.objects.filter(pk=claim.endpoint_id).update(
        failures=0,
        failing_since=None,
        warned_at=None,
        resting_until=None,
        last_heard_at=now,
        last_error="",
    )
    message = locks.lock_claimed_webhook(claim)
    if message is None:
        return False
    message.taken_at, message.leased_until, message.last_error = now, None, ""
    if is_applied:
        message.acknowledge()
        message.acknowledged_at = now
    else:
        message.take()
    message.save()
    return True


@opens_transaction
def _note_failure(claim: locks.WebhookClaim, why: str, *, now: dt.datetime) -> None:
    """The message waits longer, or is given up; the endpoint rests, or is given up itself."""
    endpoint = locks.lock_endpoint(claim.endpoint_id)
    present = clock.database_now()
    failures = endpoint.failures + 1
    log.warning("webhook_not_taken", endpoint=endpoint.pk, failures=failures, error=why)
    rests = present + rules.rest_of_endpoint(failures) if rules.must_rest(failures) else None
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1,
        failing_since=Coalesce("failing_since", present),
        resting_until=rests,
        last_error=why,
    )
    message = locks.lock_claimed_webhook(claim)
    if message is not None:
        message.leased_until, message.last_error = None, why
        message.due_at = present + rules.delay_of_message(claim.attempts)
        if present - message.queued_at > rules.GIVE_UP_AFTER:
            message.give_up()
            _tell(endpoint, "message_dead", now=now, message=message.public_id, why=why)
        message.save()
    _warn_or_disable(endpoint, since=endpoint.failing_since or present, present=present, now=now)


def _warn_or_disable(
    endpoint: WebhookEndpoint, *, since: dt.datetime, present: dt.datetime, now: dt.datetime
) -> None:
    if present - since > rules.DISABLE_AFTER:
        _set_disabled(endpoint, "silent", now=now)
    elif present - since > rules.WARN_AFTER and endpoint.warned_at is None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(warned_at=present)
        _tell(endpoint, "failing", now=now, since=since.isoformat())


@opens_transaction
def _disable(claim: locks.WebhookClaim, why: str, *, now: dt.datetime) -> None:
    """They say that nobody lives there any more. The message stays for who enables it again."""
    endpoint = locks.lock_endpoint(claim.endpoint_id)
    message = locks.lock_claimed_webhook(claim)
    if message is not None:
        message.leased_until, message.last_error = None, f"Answered with {GONE}."
        message.save()
    _set_disabled(endpoint, why, now=now)


def _set_disabled(endpoint: WebhookEndpoint, why: str, *, now: dt.datetime) -> None:
    if endpoint.disabled_at is None:
        endpoint.disabled_at = now
        endpoint.save(update_fields=["disabled_at"])
        _tell(endpoint, "disabled", now=now, why=why)


def _tell(endpoint: WebhookEndpoint, happened: str, *, now: dt.datetime, **facts: str) -> None:
    record(
        kind=f"webhook.{happened}",
        partner_id=endpoint.partner_id,
        subject=reference(endpoint),
        actor=COURIER,
        now=now,
        data={"endpoint": endpoint.public_id, "name": endpoint.name, **facts},
    )

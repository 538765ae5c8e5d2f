"""Which messages are due, and who may send one: the only row locks of this app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from core import leases
from core.asking import ask
from core.kept import KeptQuery
from core.transactions import lock_name
from notifications.models import (
    Message,
    MessageTemplate,
    Promise,
    Suppression,
    WebhookEndpoint,
    WebhookMessage,
)
from notifications.states import PromiseState, Reason

# Longer than any SMTP conversation may take (EMAIL_TIMEOUT is per step).
LEASE = dt.timedelta(minutes=2)

DUE = """
SELECT id FROM notifications_message
WHERE state = 'queued' AND due_at <= app_now()
  AND (leased_until IS NULL OR leased_until < app_now())
ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one message until the lease ends; `lease` fences off a late comer."""

    message_id: int
    lease: int
    attempts: int


def claim_due(*, batch: int) -> list[Claim]:
    """Take due messages for sending; another worker does not see them meanwhile."""
    rows = leases.claim(
        "notifications_message",
        due=DUE,
        returning="id, lease, attempts",
        sets=f"{leases.COUNTED}, tried_at = coalesce(tried_at, app_now())",
        lease=LEASE,
        batch=batch,
    )
    return [Claim(*row) for row in rows]


def lock_claimed(claim: Claim) -> Message | None:
    """The message, locked, if the claim still stands."""
    return (
        Message.objects.select_for_update(no_key=True)
        .filter(pk=claim.message_id, lease=claim.lease, state="queued")
        .first()
    )


def lock_message(message_id: int) -> Message:
    return Message.objects.select_for_update(no_key=True).get(pk=message_id)


def lock_promise(pk: int) -> Promise:
    return Promise.objects.select_for_update(no_key=True).get(pk=pk)


def _promises_by(*names: str) -> KeptQuery[Promise]:
    return KeptQuery(
        lambda about, *said: (
            Promise.objects.filter(
                about=about,
                state__in=(PromiseState.OPEN, PromiseState.BROKEN),
                **dict(zip(names, said, strict=True)),
            )
            .select_related("message")
            .select_for_update(no_key=True, of=("self",))
            .order_by("pk")
        )
    )


_PROMISES: dict[tuple[str, ...], KeptQuery[Promise]] = {
    names: _promises_by(*names) for names in ((), ("what",), ("person",), ("what", "person"))
}


def lock_promises(*, about: str, what: str = "", person: str = "") -> list[Promise]:
    """What is still promised of one thing, of every person or of one."""
    said = {name: value for name, value in (("what", what), ("person", person)) if value}
    return _PROMISES[tuple(said)](about, *said.values())


def lock_promises_of_message(message_id: int) -> list[Promise]:
    live = Promise.objects.filter(message=message_id, state=PromiseState.OPEN)
    return list(live.select_for_update(no_key=True).order_by("pk"))


def lock_suppression(pk: int) -> Suppression:
    return Suppression.objects.select_for_update(no_key=True).get(pk=pk)


def lock_wishes(
    *, partner_id: int, medium: str, address_hash: str, person: str
) -> list[Suppression]:
    """The live wishes of a person, whatever address they were said of, or of their address."""
    live = Suppression.objects.filter(
        Q(address_hash=address_hash) | Q(person=person),
        partner=partner_id,
        medium=medium,
        reason__in=(Reason.ASKED, Reason.UNSUBSCRIBED),
        ended_at__isnull=True,
    )
    return list(live.select_for_update(no_key=True).order_by("pk"))


def lock_suppressions(
    *, partner_id: int, medium: str, address_hash: str, reason: str
) -> list[Suppression]:
    live = Suppression.objects.filter(
        partner=partner_id,
        medium=medium,
        address_hash=address_hash,
        reason=reason,
        ended_at__isnull=True,
    )
    return list(live.select_for_update(no_key=True).order_by("pk"))


def lock_template(pk: int) -> MessageTemplate:
    return MessageTemplate.objects.select_for_update(no_key=True).get(pk=pk)


def lock_wording(*, partner_id: int, kind: str, medium: str, locale: str) -> None:
    """Until the transaction ends nobody else drafts or publishes this wording."""
    lock_name(f"wording:{partner_id}:{kind}:{medium}:{locale}")


# Oldest first, and at most so many of one endpoint at once: one that has thousands waiting does
# not keep the others waiting, and one that failed is asked with a single message.
DUE_WEBHOOKS = """
SELECT due.id FROM notifications_webhookendpoint e CROSS JOIN LATERAL (
    SELECT m.id FROM notifications_webhookmessage m
    WHERE m.endpoint_id = e.id AND m.state = 'queued' AND m.due_at <= app_now()
      AND (m.leased_until IS NULL OR m.leased_until < app_now())
    ORDER BY m.sequence LIMIT CASE WHEN e.failures > 0 THEN 1 ELSE %(share)s END
    FOR UPDATE SKIP LOCKED) due
WHERE e.paused_at IS NULL AND e.disabled_at IS NULL
  AND (e.resting_until IS NULL OR e.resting_until <= app_now())
LIMIT %(batch)s
"""
SHARE = 10


@dataclass(frozen=True, slots=True)
class WebhookClaim:
    """The right to send one message until the lease ends; `lease` fences off a late comer."""

    message_id: int
    endpoint_id: int
    sequence: int
    lease: int
    attempts: int


def claim_webhooks(*, batch: int) -> list[WebhookClaim]:
    """Take due messages of endpoints that are up; nobody else sends them meanwhile."""
    rows = leases.claim(
        "notifications_webhookmessage",
        due=DUE_WEBHOOKS,
        returning="id, endpoint_id, sequence, lease, attempts",
        lease=LEASE,
        batch=batch,
        share=SHARE,
    )
    claims = [WebhookClaim(*row) for row in rows]
    return sorted(claims, key=lambda claim: (claim.endpoint_id, claim.sequence))


def hand_back_webhooks(claims: Sequence[WebhookClaim]) -> None:
    """Give up the right to send these, untried: their endpoint has just failed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE notifications_webhookmessage SET leased_until = NULL, attempts = attempts - 1"
            " WHERE id = %s AND lease = %s",
            [(claim.message_id, claim.lease) for claim in claims],
        )


def lock_claimed_webhook(claim: WebhookClaim) -> WebhookMessage | None:
    """The message, locked, if the claim still stands."""
    return (
        WebhookMessage.objects.select_for_update(no_key=True)
        .filter(pk=claim.message_id, lease=claim.lease, state="queued")
        .first()
    )


def lock_webhook(pk: int) -> WebhookMessage:
    return WebhookMessage.objects.select_for_update(no_key=True).get(pk=pk)


def lock_endpoint(pk: int) -> WebhookEndpoint:
    endpoints = WebhookEndpoint.objects.select_related("partner")
    endpoint: WebhookEndpoint = endpoints.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    return endpoint


def lock_endpoint_to_feed(pk: int) -> WebhookEndpoint | None:
    """The endpoint, locked; None while another feeds it."""
    endpoints = WebhookEndpoint.objects.select_related("partner")
    locked = endpoints.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return locked.filter(pk=pk).first()


def take_sequences(*, endpoint_id: int, count: int) -> int:
    """The first of `count` new numbers of an endpoint. A transaction that fails gives them back."""
    ((last,),) = ask(
        "UPDATE notifications_webhookendpoint SET last_told = last_told + %s WHERE id = %s"
        " RETURNING last_told",
        [count, endpoint_id],
    )
    return int(last) - count + 1


def lock_webhooks_from(*, endpoint_id: int, sequence: int) -> list[WebhookMessage]:
    """Every message of an endpoint from a number on, in order."""
    found = WebhookMessage.objects.filter(endpoint=endpoint_id, sequence__gte=sequence)
    return list(found.select_for_update(no_key=True).order_by("sequence"))

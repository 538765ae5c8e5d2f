"""Messages to partners' programs: queued, confirmed, sent again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from core import clock
from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.models import Event, EventSeal
from core.operations import operation
from core.transactions import opens_transaction
from notifications import locks
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.states import WebhookState

MOST_REPLAYED = 5_000
# Seals in one transaction; a partner with little business must not cost a long one.
MOST_LOOKED_THROUGH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an endpoint is to be told of one event. `body` holds ids and facts, JSON only."""

    event: Event
    kind: str
    body: dict[str, Any]


class FindNews(Protocol):
    """What an endpoint is to be told of events sealed after `after`, up to `upto`, in order."""

    def __call__(self, *, endpoint: WebhookEndpoint, after: int, upto: int) -> list[Told]: ...


@opens_transaction
def feed_endpoint(
    *, endpoint_id: int, find_news: FindNews, actor: Actor, op_id: UUID, now: dt.datetime
) -> int | None:
    """Write the messages of the next stretch of seals, numbered without a gap; returns how many.

    None when there is no news, or when another feeds this endpoint. Endpoints follow the seals
    of the audit chain and not the outbox: nothing is written for them where stock and money move.
    """
    endpoint = locks.lock_endpoint_to_feed(endpoint_id)
    if endpoint is None:
        return None
    seals = EventSeal.objects.filter(sequence__gt=endpoint.read_up_to).order_by("sequence")
    stretch = list(seals.values_list("sequence", flat=True)[:MOST_LOOKED_THROUGH])
    if not stretch:
        return None
    news = find_news(endpoint=endpoint, after=endpoint.read_up_to, upto=stretch[-1])
    if news:
        _write_messages(endpoint, news)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(read_up_to=stretch[-1])
    return len(news)


def _write_messages(endpoint: WebhookEndpoint, news: Sequence[Told]) -> None:
    first = locks.take_sequences(endpoint_id=endpoint.pk, count=len(news))
    present = clock.database_now()
    WebhookMessage.objects.bulk_create(
        WebhookMessage(
            partner_id=endpoint.partner_id,
            endpoint=endpoint,
            sequence=sequence,
            kind=each.kind,
            event=each.event,
            case=each.event.case,
            body=each.body,
            queued_at=present,
            due_at=present,
        )
        for sequence, each in enumerate(news, start=first)
    )


@operation("webhook.acknowledge")
def acknowledge_message(
    *, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookMessage:
    """The program has acted on it. Saying so twice changes nothing."""
    message = locks.lock_webhook(message_id)
    if message.state != WebhookState.ACKNOWLEDGED:
        message.acknowledge()
        message.acknowledged_at, message.leased_until, message.last_error = now, None, ""
        message.save()
    return message


@operation("webhook.resend")
def resend_message(
    *, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WebhookMessage:
    """Send one again, under its old id and number, whatever became of it."""
    message = locks.lock_webhook(message_id)
    if message.state != WebhookState.QUEUED:
        message.queue_again()
    _start_anew(message)
    message.save()
    record(
        kind="webhook.message_resent",
        partner_id=message.partner_id,
        subject=reference(message),
        case=message.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={"message": message.public_id},
    )
    return message


@operation("webhook.replay")
def replay_messages(
    *, endpoint_id: int, from_sequence: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> int:
    """Send everything again from a number on, for a program that lost some; returns how many.

    Raises `BadInput` for a number that was never given, and for more than 5,000 at once.
    """
    endpoint = locks.lock_endpoint(endpoint_id)
    if not 1 <= from_sequence <= endpoint.last_told:
        raise BadInput(f"The numbers run from 1 to {endpoint.last_told}.", field="from_sequence")
    if endpoint.last_told - from_sequence >= MOST_REPLAYED:
        raise BadInput(f"At most {MOST_REPLAYED} at once.", field="from_sequence")
    messages = locks.lock_webhooks_from(endpoint_id=endpoint.pk, sequence=from_sequence)
    for message in messages:
        if message.state != WebhookState.QUEUED:
            message.queue_again()
        _start_anew(message)
        message.save()
    record(
        kind="webhook.replayed",
        partner_id=endpoint.partner_id,
        subject=reference(endpoint),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"endpoint": endpoint.public_id, "from": from_sequence, "messages": len(messages)},
    )
    return len(messages)


def _start_anew(message: WebhookMessage) -> None:
    message.attempts, message.last_error = 0, ""
    message.taken_at = message.acknowledged_at = message.leased_until = None
    message.queued_at = message.due_at = clock.database_now()

"""What happened, told once and kept for ever, and who wants to hear of it.

`record` writes the event and one delivery row per subscriber in the caller's transaction; that
is the outbox. Apps subscribe by name from their ``AppConfig.ready``, so a lower app never
imports a higher one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from core.actors import Actor
from core.asking import ask
from core.models import Event
from core.transactions import requires_transaction

Handler = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`handler(event=…, now=…)` runs inside a transaction, with its inbox row."""

    name: str
    kinds: tuple[str, ...]
    handler: Handler


_subscribers: dict[str, Subscriber] = {}


class SubscriberTwice(RuntimeError):
    """Two subscribers chose one name; their inbox rows would shadow each other."""


def subscribe(name: str, *kinds: str, handler: Handler) -> None:
    """Have `handler` called for every event whose kind matches one of `kinds`.

    A kind may end in ``*`` (``reservation.*``). `name` is stored with every delivery and must
    stay the same for ever.
    """
    known = _subscribers.get(name)
    if known and known.handler is not handler:
        raise SubscriberTwice(name)
    _subscribers[name] = Subscriber(name, kinds, handler)
    subscribers_of.cache_clear()


def unsubscribe(name: str) -> None:
    """Forget a subscriber; what is already on its way to it waits in the outbox."""
    _subscribers.pop(name, None)
    subscribers_of.cache_clear()


@cache
def subscribers_of(kind: str) -> tuple[str, ...]:
    """Names of everyone who hears of `kind`, in alphabetical order."""
    return tuple(
        sorted(
            subscriber.name
            for subscriber in _subscribers.values()
            if any(fnmatchcase(kind, pattern) for pattern in subscriber.kinds)
        )
    )


def as_array(subscribers: Sequence[str]) -> str:
    """How PostgreSQL reads names as `text[]`.

    The driver writes a list out step by step: half of all it does for a hold's parameters.
    """
    return "{" + ",".join(f'"{name}"' for name in subscribers) + "}"


def subscriber(name: str) -> Subscriber | None:
    return _subscribers.get(name)


def reference(record: models.Model) -> str:
    """How events, reservations and approvals name a record of another app: ``exchange:12``."""
    return f"{record._meta.model_name}:{record.pk}"


@requires_transaction
def record(
    *,
    kind: str,
    partner_id: int,
    subject: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    case: str = "",
    data: dict[str, Any] | None = None,
    cause: int | None = None,
    schema_version: int = 1,
) -> Event:
    """Write one event and its deliveries; wake the couriers when the transaction commits.

    The subject's row (or its root's) must be locked by the caller: sequences have no gaps.
    `data` holds ids and facts, JSON only, decimals as strings, nothing personal.
    """
    subscribers = subscribers_of(kind)
    ((pk, event_id, sequence),) = ask(
        "SELECT event_id, event_uuid, event_sequence FROM core_record_event("
        "%s, %s, %s, %s, %s::smallint, %s::timestamptz, %s, %s::uuid, %s::bigint, %s::jsonb,"
        " %s::text[])",
        [
            partner_id,
            case,
            subject,
            kind,
            schema_version,
            now,
            actor.ref,
            op_id,
            cause,
            json.dumps(data or {}),
            as_array(subscribers),
        ],
    )
    if subscribers:
        wake_couriers_on_commit()
    return Event(
        pk=pk,
        event_id=event_id,
        partner_id=partner_id,
        case=case,
        subject=subject,
        sequence=sequence,
        kind=kind,
        schema_version=schema_version,
        at=now,
        actor=actor.ref,
        op_id=op_id,
        cause=cause,
        data=data or {},
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What one event of many is about, and what it says."""

    partner_id: int
    subject: str
    data: dict[str, Any]
    case: str = ""


@requires_transaction
def record_many(
    *,
    kind: str,
    told: Sequence[Told],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    are_new: bool = False,
) -> None:
    """Write one event of a kind about each of many subjects, none named twice, by one statement.

    The caller has them locked. `are_new`: they were made just now, and nothing was told of them.
    """
    if not told:
        return
    subscribers = subscribers_of(kind)
    ask(
        "SELECT core_record_events("
        " array_agg((t->>0)::bigint), array_agg(t->>1), array_agg(t->>2), array_agg(t->3),"
        " %s, 1::smallint, %s::timestamptz, %s, %s::uuid, NULL::bigint, %s::text[], %s)"
        " FROM jsonb_array_elements(%s::jsonb) AS t",
        [
            kind,
            now,
            actor.ref,
            op_id,
            as_array(subscribers),
            are_new,
            json.dumps([[one.partner_id, one.case, one.subject, one.data] for one in told]),
        ],
    )
    if subscribers:
        wake_couriers_on_commit()


def wake_couriers_on_commit() -> None:
    """Ask Celery, once per transaction, to look at the outbox now. Failing is harmless."""
    already = any(hook[1] is _wake_couriers for hook in connection.run_on_commit)
    if not already:
        transaction.on_commit(_wake_couriers, robust=True)


def _wake_couriers() -> None:
    from core.tasks import deliver_events

    deliver_events.delay()

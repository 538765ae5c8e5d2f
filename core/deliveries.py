"""The couriers: they take due deliveries from the outbox and hand each to its subscriber.

A delivery is claimed by lease (``SKIP LOCKED``), its handler runs in one transaction with the
inbox row, and it is marked done under the same lease; so two couriers, a crash or a zombie
never make an effect twice. Deliveries of one subject to one subscriber keep their order. What
fails waits longer each time and is dead after `MAX_ATTEMPTS`; a person may revive it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from core import clock, leases
from core.asking import tell
from core.backoff import Backoff
from core.events import Subscriber, subscriber
from core.faults import crashpoint
from core.kept import KeptQuery
from core.models import Event

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 12
PAUSE = Backoff(first=2, longest=3600)

_EVENT: KeptQuery[Event] = KeptQuery(
    lambda pk: Event.objects.filter(pk=pk).select_related("partner")
)

CLAIM = """
SELECT id, event_id, subscriber, lease, attempts
FROM core_claim_deliveries(%(lease)s::interval, %(batch)s)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    delivery_id: int
    event_id: int
    subscriber: str
    lease: int
    attempts: int


class NoSubscriber(LookupError):
    """A delivery names a subscriber that this process does not know: park it, lose nothing."""


def deliver_due(*, batch: int = BATCH, now: dt.datetime | None = None) -> int:
    """Deliver until nothing is due; returns how many deliveries were made.

    `now` is what handlers are told; the clock of the event's partner when it is left out.
    """
    delivered = 0
    while claims := _claim(batch):
        delivered += sum(_deliver(claim, now) for claim in claims)
    return delivered


def _claim(batch: int) -> list[Claim]:
    return [Claim(*row) for row in leases.run(CLAIM, lease=LEASE, batch=batch)]


def _deliver(claim: Claim, now: dt.datetime | None = None) -> bool:
    crashpoint("delivery.claimed")
    if claim.attempts > MAX_ATTEMPTS:  # whoever tried last never came back to say so
        _mark_failed(claim, TimeoutError("the last try never ended"))
        return False
    try:
        with transaction.atomic():
            _act_once(claim, now)
            crashpoint("delivery.before_done")
            _mark_done(claim)
            crashpoint("delivery.before_commit")
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept with its row
        _mark_failed(claim, error)
        return False
    crashpoint("delivery.after_commit")
    return True


def _act_once(claim: Claim, now: dt.datetime | None) -> None:
    handler = _known(claim.subscriber).handler
    entered = tell(
        "INSERT INTO core_inboxentry (subscriber, event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [claim.subscriber, claim.event_id],
    )
    if entered:
        event = _EVENT.get(claim.event_id)
        handler(event=event, now=now or clock.now(event.partner))


def _known(name: str) -> Subscriber:
    found = subscriber(name)
    if found is None:
        raise NoSubscriber(name)
    return found


def _mark_done(claim: Claim) -> None:
    marked = tell(
        "UPDATE core_eventdelivery SET state = 'done', done_at = app_now(),"
        " leased_until = NULL, last_error = ''"
        " WHERE id = %s AND lease = %s AND state = 'pending'",
        [claim.delivery_id, claim.lease],
    )
    if not marked:
        raise LeaseLost(claim)


class LeaseLost(RuntimeError):
    """Another courier has taken over; this one's effect is rolled back."""


def _mark_failed(claim: Claim, error: Exception) -> None:
    is_dead = claim.attempts >= MAX_ATTEMPTS
    log.warning(
        "delivery_failed",
        delivery=claim.delivery_id,
        subscriber=claim.subscriber,
        attempts=claim.attempts,
        error=type(error).__name__,
        dead=is_dead,
    )
    tell(
        "UPDATE core_eventdelivery SET state = %s, leased_until = NULL, last_error = %s,"
        " due_at = app_now() + %s::interval WHERE id = %s AND lease = %s AND state = 'pending'",
        [
            "dead" if is_dead else "pending",
            f"{type(error).__name__}: {error}"[:500],
            f"{PAUSE.after(claim.attempts).total_seconds()} s",
            claim.delivery_id,
            claim.lease,
        ],
    )


def revive(*, delivery_id: int) -> bool:
    """Give a dead delivery its tries back; says whether there was one to revive."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_eventdelivery SET state = 'pending', attempts = 0, due_at = app_now()"
            " WHERE id = %s AND state = 'dead'",
            [delivery_id],
        )
        return cursor.rowcount == 1

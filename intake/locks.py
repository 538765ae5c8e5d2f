"""The only locks on channel documents. Imported by `intake.services` and the worker's claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, Q

from core import clock, leases
from core.asking import ask
from core.kept import KeptQuery
from core.transactions import lock_name, requires_transaction
from intake.models import (
    BackfillPart,
    ChannelDocument,
    Mapping,
    RuleSet,
    SourceHealth,
    SourcePoll,
)
from intake.states import Awaited, DocumentState
from orders.models import Channel

Draft = TypeVar("Draft", RuleSet, Mapping)

_DOCUMENT: KeptQuery[ChannelDocument] = KeptQuery(
    lambda pk: (
        ChannelDocument.objects.filter(pk=pk)
        .select_related("channel", "content__key")
        .select_for_update(no_key=True, of=("self",))
    )
)
_PARKED_FOR: KeptQuery[ChannelDocument] = KeptQuery(
    lambda partner_id, kind, keys: (
        ChannelDocument.objects.filter(
            partner=partner_id, state=DocumentState.PARKED, awaits_kind=kind, awaits_key__in=keys
        )
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)
    )
)

LEASE = dt.timedelta(seconds=60)
PART_LEASE = dt.timedelta(minutes=2)

# Fair between channels: the first of each, then the second of each, so that a channel that sends
# fifty thousand at once holds nobody else up. Within a channel the most urgent and oldest go first.
# Each channel's share is read from the index alone, so that the depth of its queue costs nothing.
DUE = """
SELECT d.id FROM intake_channeldocument d
JOIN (
    SELECT head.id, head.turn FROM orders_channel c
    CROSS JOIN LATERAL (
        SELECT w.id, row_number() OVER (ORDER BY w.urgency, w.queued_at, w.id) AS turn FROM (
            SELECT id, urgency, queued_at FROM intake_channeldocument
            WHERE channel_id = c.id AND state = 'received'
              AND (leased_until IS NULL OR leased_until < app_now())
            ORDER BY urgency, queued_at, id LIMIT %(batch)s) w
    ) head
    ORDER BY head.turn, head.id LIMIT %(batch)s
) fair ON fair.id = d.id
WHERE d.state = 'received' AND (d.leased_until IS NULL OR d.leased_until < app_now())
ORDER BY fair.turn, d.id FOR UPDATE OF d SKIP LOCKED
"""

# What parked documents wait for, and whether it is there now.
PARKED_WHOSE_TIME_HAS_COME = """
SELECT d.id FROM intake_channeldocument d
WHERE d.state = 'parked' AND (
    (d.awaits_kind = 'order' AND EXISTS (
        SELECT FROM orders_order o
        WHERE o.channel_id = d.channel_id AND o.external_id = d.awaits_key))
 OR (d.awaits_kind = 'parcel' AND (
        EXISTS (SELECT FROM fulfilment_shipment s
                WHERE s.partner_id = d.partner_id AND s.tracking_number = d.awaits_key)
     OR EXISTS (SELECT FROM fulfilment_inboundparcel p
                WHERE p.partner_id = d.partner_id AND p.tracking_number = d.awaits_key)))
 OR (d.awaits_kind = 'message' AND EXISTS (
        SELECT FROM notifications_message m
        WHERE m.partner_id = d.partner_id AND m.provider_id = d.awaits_key))
 OR (d.awaits_kind = 'payment' AND EXISTS (
        SELECT FROM orders_tender t
        WHERE t.partner_id = d.partner_id AND t.provider_reference = d.awaits_key)))
ORDER BY d.id LIMIT %(batch)s FOR UPDATE OF d SKIP LOCKED
"""

DUE_PART = """
SELECT id FROM intake_backfillpart
WHERE backfill_id = %(backfill)s AND taken < size
  AND (leased_until IS NULL OR leased_until < app_now())
ORDER BY first LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A document this worker may settle until its lease ends, and how often that was tried."""

    document_id: int
    attempts: int


@requires_transaction
def lock_document(document_id: int) -> ChannelDocument:
    """The document's row, locked. Raises ChannelDocument.DoesNotExist."""
    return _DOCUMENT.get(document_id)


@requires_transaction
def lock_documents(document_ids: Iterable[int], *, largest: int) -> list[ChannelDocument]:
    """Documents that wait for a worker and are no larger than that, locked; none that somebody
    else has. Their channels are one object each.
    """
    waiting = ChannelDocument.objects.select_related("content__key").filter(
        pk__in=list(document_ids), state=DocumentState.RECEIVED, content__size__lte=largest
    )
    found = list(
        waiting.order_by("pk").select_for_update(no_key=True, of=("self",), skip_locked=True)
    )
    channels = Channel.objects.in_bulk({document.channel_id for document in found})
    for document in found:
        document.channel = channels[document.channel_id]
    return found


@requires_transaction
def lock_order_documents(document: ChannelDocument) -> list[ChannelDocument]:
    """The other parked halves of this document's order, locked; later halves wait meanwhile."""
    lock_name(f"halves:{document.channel_id}:{document.external_id}")
    halves = ChannelDocument.objects.select_related("channel", "content__key").filter(
        channel_id=document.channel_id,
        external_id=document.external_id,
        state=DocumentState.PARKED,
        awaits_kind=Awaited.PART,
    )
    return list(
        halves.exclude(pk=document.pk).order_by("pk").select_for_update(no_key=True, of=("self",))
    )


def claim_received(batch: int) -> list[Claim]:
    """Lease the oldest documents that wait; no two workers get the same one. Own transaction."""
    rows = leases.claim(
        "intake_channeldocument", due=DUE, returning="id, attempts", lease=LEASE, batch=batch
    )
    return [Claim(*row) for row in rows]


@requires_transaction
def lock_parked_that_can_go_on(batch: int) -> list[ChannelDocument]:
    """Parked documents whose order, parcel, message or payment is there now, locked."""
    ids = [pk for (pk,) in ask(PARKED_WHOSE_TIME_HAS_COME, {"batch": batch})]
    return list(ChannelDocument.objects.filter(pk__in=ids).order_by("pk"))


@requires_transaction
def lock_parked_for(*, partner_id: int, kind: str, keys: list[str]) -> list[ChannelDocument]:
    """Documents that wait for exactly this, locked; one that somebody settles now is left out."""
    return _PARKED_FOR(partner_id, kind, keys)


@requires_transaction
def lock_parked_before(moment: dt.datetime, batch: int) -> list[ChannelDocument]:
    """Documents that have been parked since before `moment`, locked."""
    waiting = ChannelDocument.objects.filter(state=DocumentState.PARKED, processed_at__lt=moment)
    waiting = waiting.exclude(awaits_kind=Awaited.FETCH).select_related("channel")
    return list(
        waiting.order_by("pk").select_for_update(no_key=True, of=("self",), skip_locked=True)[
            :batch
        ]
    )


@requires_transaction
def lock_edition(model: type[Draft], pk: int) -> Draft:
    """A draft of rules or of a mapping, locked with its channel: one is published at a time."""
    draft = model.objects.select_related("channel").get(pk=pk)
    Channel.objects.select_for_update(no_key=True).get(pk=draft.channel_id)
    return (
        model.objects.select_related("channel")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=pk)
    )


@requires_transaction
def lock_fetchable() -> ChannelDocument | None:
    """The oldest notice whose turn it is, of a source that does not rest."""
    now = clock.database_now()
    parked = ChannelDocument.objects.filter(
        state=DocumentState.PARKED, awaits_kind=Awaited.FETCH
    ).filter(Q(leased_until=None) | Q(leased_until__lt=now))
    resting = SourceHealth.objects.filter(resting_until__gt=now).values("channel_id")
    ready = parked.exclude(channel_id__in=resting).select_related("channel", "content__key")
    found: ChannelDocument | None = (
        ready.order_by("received_at", "pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .first()
    )
    return found


@requires_transaction
def lock_health(document_id: int) -> tuple[SourceHealth, ChannelDocument]:
    """A notice and how asking its channel goes, both locked."""
    document = lock_document(document_id)
    SourceHealth.objects.get_or_create(
        channel=document.channel, defaults={"partner_id": document.partner_id}
    )
    health = SourceHealth.objects.select_for_update(no_key=True).get(channel=document.channel)
    return health, document


@requires_transaction
def lock_part(part_id: int, lease: int) -> BackfillPart | None:
    """The part, if it is still under this lease."""
    rows = BackfillPart.objects.select_related("backfill__channel").filter(lease=lease)
    return rows.select_for_update(no_key=True, of=("self",)).filter(pk=part_id).first()


def claim_part(backfill_id: int) -> tuple[int, int] | None:
    """The first part of a file that nobody has and that is not taken: its id and the lease."""
    found = leases.claim(
        "intake_backfillpart",
        due=DUE_PART,
        returning="id, lease",
        lease=PART_LEASE,
        batch=1,
        sets="",
        backfill=backfill_id,
    )
    return (found[0][0], found[0][1]) if found else None


def is_left(backfill_id: int) -> bool:
    """Whether a part of the file is not taken whole, in somebody's hands or not."""
    return BackfillPart.objects.filter(backfill=backfill_id, taken__lt=F("size")).exists()


def release_part(part_id: int, lease: int) -> None:
    """Let somebody else go on with it now."""
    BackfillPart.objects.filter(pk=part_id, lease=lease).update(leased_until=None)


@requires_transaction
def claim_poll(*, now: dt.datetime) -> SourcePoll | None:
    """The source that should have been asked longest ago, locked; of an active channel."""
    asked = SourcePoll.objects.filter(is_on=True, channel__is_active=True, due_at__lte=now)
    free = asked.filter(Q(leased_until=None) | Q(leased_until__lt=clock.database_now()))
    found: SourcePoll | None = (
        free.select_related("channel")
        .order_by("due_at", "pk")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .first()
    )
    return found


@requires_transaction
def lock_poll(poll_id: int) -> SourcePoll:
    rows = SourcePoll.objects.select_related("channel")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=poll_id)

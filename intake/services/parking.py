"""Documents that came too early: they go on by themselves, and after too long a person is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import opens_transaction, requires_transaction
from intake.locks import lock_parked_before, lock_parked_for, lock_parked_that_can_go_on
from intake.models import ChannelDocument
from intake.rules import Hold
from intake.services.outcomes import Cause, hold

BATCH = 200
PATIENCE = dt.timedelta(days=14)


@requires_transaction
def release_parked_for(
    *, partner_id: int, kind: str, keys: list[str], actor: Actor, now: dt.datetime
) -> int:
    """Queue the documents that waited for exactly this; how many."""
    found = lock_parked_for(partner_id=partner_id, kind=kind, keys=keys)
    return _queue(found, actor=actor, now=now, op_id=None)


@opens_transaction
def release_parked(*, actor: Actor, op_id: UUID, now: dt.datetime, batch: int = BATCH) -> int:
    """Queue parked documents whose time has come, whoever missed it; how many."""
    return _queue(lock_parked_that_can_go_on(batch), actor=actor, now=now, op_id=op_id)


@opens_transaction
def give_up_parked(*, actor: Actor, op_id: UUID, now: dt.datetime, batch: int = BATCH) -> int:
    """Ask a person about documents whose counterpart has not come in all this time; how many."""
    cause = Cause(actor, op_id, now)
    waiting = lock_parked_before(now - PATIENCE, batch)
    for document in waiting:
        awaited = document.get_awaits_kind_display().lower()
        reason = f"For {PATIENCE.days} days {awaited} has not come ({document.awaits_key})."
        hold(document, Hold("external_id", reason, "admin", "never_came"), cause)
    return len(waiting)


def _queue(
    documents: Iterable[ChannelDocument], *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> int:
    queued = 0
    for document in documents:
        document.go_on()
        document.awaits_kind = document.awaits_key = ""
        document.queued_at, document.leased_until, document.attempts = now, None, 0
        document.save()
        record(
            kind="document.went_on",
            partner_id=document.partner_id,
            subject=reference(document),
            actor=actor,
            op_id=op_id,
            now=now,
        )
        queued += 1
    return queued

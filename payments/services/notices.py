"""Notices of providers: kept as they came, then acted on by looking at what they are about."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import clock, documents
from core.actors import Actor
from core.backoff import Backoff
from core.transactions import opens_transaction
from payments import locks
from payments.gateways.port import About, Notice
from payments.models import ProviderAccount, ProviderNotice

# What it is about may be committed a moment later; after an hour reconciliation will find it.
PATIENCE = dt.timedelta(hours=1)
PAUSE = Backoff(first=2, longest=300)


@opens_transaction
def receive_notice(
    *,
    account: ProviderAccount,
    notice: Notice,
    content: bytes,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> ProviderNotice:
    """Keep a notice, encrypted, before anything is made of it; the same again is the one kept."""
    known: ProviderNotice | None = ProviderNotice.objects.filter(
        account=account, notice_id=notice.id
    ).first()
    if known is not None:
        return known
    kept = documents.store(
        partner_id=account.partner_id,
        kind="provider_notice",
        person="",
        content=content,
        content_type="application/json",
        now=now,
    )
    row, made = ProviderNotice.objects.get_or_create(
        account=account,
        notice_id=notice.id,
        defaults={
            "partner_id": account.partner_id,
            "kind": notice.kind,
            "about": notice.about,
            "object_id": notice.object_id,
            "reference": notice.reference,
            "content": kept,
            "received_at": now,
            "due_at": clock.database_now(),
        },
    )
    if not made:  # its twin was quicker
        kept.key.delete()
        kept.delete()
    return row


@opens_transaction
def end_notice(
    *,
    claim: locks.NoticeClaim,
    is_known: bool,
    is_relevant: bool,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> ProviderNotice | None:
    """Mark what became of a notice; an early one waits for what it is about."""
    notice = locks.lock_claimed_notice(claim)
    if notice is None:
        return None
    notice.leased_until = None
    if not is_relevant or notice.about == About.NOTHING:
        notice.ignore()
    elif is_known:
        notice.settle()
    elif now - notice.received_at > PATIENCE:
        notice.give_up()
        notice.reason = "Nothing here is what it is about."
    else:
        notice.park()
        notice.due_at = clock.database_now() + PAUSE.after(claim.attempts)
    if notice.state not in ("received", "parked"):
        notice.settled_at = now
    notice.save()
    return notice


@opens_transaction
def put_off_notice(
    *, claim: locks.NoticeClaim, why: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """The provider could not be asked what it meant."""
    notice = locks.lock_claimed_notice(claim)
    if notice is None:
        return
    notice.leased_until, notice.reason = None, why[:200]
    notice.due_at = clock.database_now() + PAUSE.after(claim.attempts)
    notice.save()

"""What a person does with a document that waits: send it through again, edit it, or let it go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core import documents
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.operations import operation
from core.transactions import opens_transaction
from intake.locks import lock_document
from intake.models import ChannelDocument
from intake.services.settling import settle_locked
from intake.states import DocumentState

WAITING = {
    DocumentState.HELD,
    DocumentState.DEAD_LETTER,
    DocumentState.CONFLICT,
    DocumentState.PARKED,
}


class NotWaiting(ActionBlocked):
    """The document is settled: there is nothing left to decide about it."""

    code = "not_waiting"


@operation("intake.replay_document")
def replay_document(
    *, document_id: int, actor: Actor, op_id: UUID, now: datetime
) -> ChannelDocument:
    """Send a waiting document through again: the catalogue or a setting may have changed since."""
    document = _lock_waiting(document_id)
    _record("document.replayed", document, actor=actor, op_id=op_id, now=now)
    document, *_ = settle_locked(document=document, actor=actor, op_id=op_id, now=now)
    return document


@opens_transaction
def edit_document(
    *, document_id: int, content: bytes, actor: Actor, op_id: UUID, now: datetime
) -> ChannelDocument:
    """Replace a waiting document by an edited one and settle that; the original is kept.

    `actor` is a person: the edited document says who answers for it. Not an `operation`: the
    original is discarded by it, so a second one is refused.
    """
    original = _lock_waiting(document_id)
    kept = documents.store(
        partner_id=original.partner_id,
        kind="channel_document",
        person="",
        content=content,
        content_type="application/json",
        now=now,
    )
    edited = ChannelDocument.objects.create(
        partner_id=original.partner_id,
        channel=original.channel,
        topic=original.topic,
        source=original.source,
        sha256=kept.sha256,
        content=kept,
        edited_from=original,
        edited_by_id=actor.user_id,
        received_at=now,
    )
    original.discard()
    original.reason = f"Edited; it goes on as {edited.public_id}."
    original.processed_at = now
    original.save()
    _record("document.edited", original, actor=actor, op_id=op_id, now=now)
    edited, *_ = settle_locked(document=edited, actor=actor, op_id=op_id, now=now)
    return edited


@operation("intake.discard_document")
def discard_document(
    *, document_id: int, reason: str, actor: Actor, op_id: UUID, now: datetime
) -> ChannelDocument:
    """Decide that a waiting document will never become an order, and say why."""
    document = _lock_waiting(document_id)
    document.discard()
    document.reason = reason[:500]
    document.processed_at = now
    document.save()
    _record("document.discarded", document, actor=actor, op_id=op_id, now=now)
    return document


def _lock_waiting(document_id: int) -> ChannelDocument:
    document = lock_document(document_id)
    if document.state not in WAITING:
        state = document.get_state_display().lower()
        raise NotWaiting(f"This document is {state} and not waiting for anybody.")
    return document


def _record(
    kind: str, document: ChannelDocument, *, actor: Actor, op_id: UUID, now: datetime
) -> None:
    record(
        kind=kind,
        partner_id=document.partner_id,
        subject=reference(document),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": document.channel.code},
    )

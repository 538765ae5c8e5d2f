"""Many documents by a few statements: received together, and settled where they are plain.

Each ends as it would have ended alone, with the same rows, events and reasons. What is not a plain
new order is left waiting and goes one by one; what the database refuses fails the batch, which
then goes one by one too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from core import bulk, documents
from core.actors import Actor
from core.documents import Sealed
from core.events import Told, record_many, reference
from core.faults import crashpoint
from core.models import EncryptedDocument
from core.transactions import opens_transaction, requires_transaction
from intake.locks import lock_documents
from intake.models import ChannelDocument
from intake.queries import list_known_bytes
from intake.reading import ReadOrder
from intake.services.outcomes import Cause, note, note_reading, say
from intake.services.plain import Plain, find_plain, plan
from intake.services.receiving import build_document, receive_document, say_received, seal_content
from intake.services.selling import note_worth
from orders.models import Channel
from orders.services import NewSale, register_orders

LARGEST = 256 * 1024  # bytes of a document that is taken along with others
SETTLED = (
    "state", "kind", "external_id", "findings", "order_id", "is_update", "field", "cause",
    "reason", "owner", "value", "currency", "is_paid", "awaits_kind", "awaits_key",
    "processed_at", "leased_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One of many documents: its bytes, where they come from, and the order in it if plain."""

    content: bytes
    source: str
    read: ReadOrder | None


@bulk.uncollected()
@opens_transaction
def settle_plain(
    *, document_ids: Sequence[int], actor: Actor, op_id: UUID, now: datetime
) -> set[int]:
    """Settle those of the waiting documents that are plain new orders; which ones they were.

    Raises what the database refuses, and then none is settled.
    """
    cause = Cause(actor, op_id, now)
    settled = _sell(find_plain(lock_documents(document_ids, largest=LARGEST)), cause)
    crashpoint("intake.before_commit")
    documents.attribute_many(people=[(one.content, _person(one)) for one in settled])
    bulk.update(settled, SETTLED)
    _finish(settled, cause)
    return {document.pk for document in settled}


@requires_transaction
def receive_many(
    *,
    channel: Channel,
    pieces: Sequence[Piece],
    urgency: int,
    actor: Actor,
    op_id: UUID,
    now: datetime,
) -> None:
    """Keep documents of a channel, and settle the plain orders among them in the same stroke."""
    cause = Cause(actor, op_id, now)
    fresh, repeated = _tell_apart(channel, pieces, urgency, now)
    kept = _build(channel, fresh, urgency, now)
    rows = list(kept)
    bulk.keep_history(rows, kind="+", at=timezone.now())
    _tell("received", rows, cause, lambda row: say_received(row, row.content.size), are_new=True)
    orders = zip(rows, (piece.read for piece, _ in fresh), strict=True)
    settled = _sell(plan((row, read) for row, read in orders if read is not None), cause)
    for row in settled:
        row.content.person = _person(row)
    documents.store_many(sealed=list(kept.values()))
    bulk.insert(rows, have_ids=True)
    _finish(settled, cause)
    for piece in repeated:
        receive_document(
            channel=channel, content=piece.content, topic="", source=piece.source,
            urgency=urgency, actor=actor, op_id=op_id, now=now,
        )  # fmt: skip


def _tell_apart(
    channel: Channel, pieces: Sequence[Piece], urgency: int, now: datetime
) -> tuple[list[tuple[Piece, Sealed]], list[Piece]]:
    """The first of each, encrypted, and those whose bytes came before or stand twice here."""
    sealed = [seal_content(channel, piece.content, now=now) for piece in pieces]
    hashes = [one.document.sha256 for one in sealed]
    known = list_known_bytes(channel_id=channel.pk, topic="", hashes=hashes)
    fresh: list[tuple[Piece, Sealed]] = []
    repeated: list[Piece] = []
    for piece, one in zip(pieces, sealed, strict=True):
        if one.document.sha256 in known:
            repeated.append(piece)
        else:
            known.add(one.document.sha256)
            fresh.append((piece, one))
    return fresh, repeated


def _build(
    channel: Channel, fresh: Sequence[tuple[Piece, Sealed]], urgency: int, now: datetime
) -> dict[ChannelDocument, Sealed]:
    """The rows with all their ids: what points at them is written before they are."""
    contents = bulk.draw_ids(EncryptedDocument, len(fresh))
    numbers = bulk.draw_ids(ChannelDocument, len(fresh))
    built: dict[ChannelDocument, Sealed] = {}
    for (piece, sealed), content, number in zip(fresh, contents, numbers, strict=True):
        row = build_document(
            channel, sealed, topic="", source=piece.source, urgency=urgency, now=now
        )
        row.pk, sealed.document.pk = number, content
        row.content = sealed.document
        built[row] = sealed
    return built


def _sell(plain: Sequence[Plain], cause: Cause) -> list[ChannelDocument]:
    """Register the orders; the documents of those that were plainly new, accepted and not saved."""
    orders = register_orders(
        sales=[NewSale(one.document.channel, one.sale) for one in plain],
        actor=cause.actor, now=cause.now, op_id=cause.op_id,
    )  # fmt: skip
    settled = []
    for one, order in zip(plain, orders, strict=True):
        if order is None:
            continue
        document = one.document
        note_reading(document, one.read)
        note_worth(document, one.read)
        document.order = order
        document.accept()
        note(document, cause)
        settled.append(document)
    return settled


def _person(document: ChannelDocument) -> str:
    return f"customer:{document.order.customer_id}"  # type: ignore[union-attr]


def _finish(settled: Sequence[ChannelDocument], cause: Cause) -> None:
    bulk.keep_history(settled, kind="~", at=timezone.now())
    _tell("accepted", settled, cause, say)


def _tell(
    end: str,
    rows: Sequence[ChannelDocument],
    cause: Cause,
    what: Callable[[ChannelDocument], dict[str, Any]],
    *,
    are_new: bool = False,
) -> None:
    told = [Told(row.partner_id, reference(row), what(row)) for row in rows]
    record_many(
        kind=f"document.{end}", told=told, actor=cause.actor, now=cause.now, op_id=cause.op_id,
        are_new=are_new,
    )  # fmt: skip

"""What becomes of a received document: an order, a fact about one, or a reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core import documents
from core.actors import Actor
from core.documents import DocumentErased, DocumentUnreadable
from core.faults import crashpoint
from core.strict_json import MalformedDocument
from core.transactions import opens_transaction, requires_transaction
from intake.facts import Reading
from intake.locks import lock_document
from intake.models import ChannelDocument
from intake.queries import parse_content, read_parsed
from intake.reading import NotAnOrder, ReadOrder
from intake.services.facts import settle_fact
from intake.services.outcomes import Cause, bury, ignore, note_reading
from intake.services.selling import settle_order
from intake.states import DocumentState


@opens_transaction
def settle_document(
    *, document_id: int, actor: Actor, op_id: UUID, now: datetime
) -> list[ChannelDocument]:
    """Settle a document that waits, and everything else in it.

    Returns a row for each thing in it, or the one row of a document without any. One that is
    settled already is returned as it is: settling twice does nothing. Documents from outside
    never raise; what does is a fault of the desk.
    """
    document = lock_document(document_id)
    if document.state != DocumentState.RECEIVED:
        return [document]
    return settle_locked(document=document, actor=actor, op_id=op_id, now=now)


@requires_transaction
def settle_locked(
    *, document: ChannelDocument, actor: Actor, op_id: UUID, now: datetime
) -> list[ChannelDocument]:
    """Settle a document whose row the caller has locked, whether it is new or waited."""
    cause = Cause(actor, op_id, now)
    found = _read(document)
    if isinstance(found, MalformedDocument):
        bury(document, str(found), cause)
        return [document]
    if isinstance(found, NotAnOrder):
        ignore(document, found.reason, cause)
        return [document]
    rows = _rows_of(document, found)
    for row in rows:
        _settle_reading(row, found[row.position], cause)
    crashpoint("intake.before_commit")
    return rows


@opens_transaction
def bury_document(
    *, document_id: int, reason: str, actor: Actor, op_id: UUID, now: datetime
) -> ChannelDocument:
    """Make a dead letter of a document that cannot be settled; a person may replay it."""
    document = lock_document(document_id)
    if document.state == DocumentState.RECEIVED:
        bury(document, reason, Cause(actor, op_id, now))
    return document


def _read(document: ChannelDocument) -> list[Reading] | NotAnOrder | MalformedDocument:
    try:
        parsed = parse_content(document, documents.read(document.content))
    except MalformedDocument as error:
        return error
    except (DocumentErased, DocumentUnreadable) as error:
        return MalformedDocument(error.message)
    crashpoint("intake.parsed")
    return read_parsed(document, parsed)


def _rows_of(document: ChannelDocument, found: Sequence[Reading]) -> list[ChannelDocument]:
    """The document's own row for the first thing in it, and a new row for each further one."""
    if document.path and document.position < len(found):
        return [document]
    document.position = 0
    document.path = found[0].path
    others = [
        ChannelDocument(
            partner_id=document.partner_id,
            channel=document.channel,
            topic=document.topic,
            source=document.source,
            sha256=document.sha256,
            position=position,
            path=read.path,
            content=document.content,
            received_at=document.received_at,
            queued_at=document.queued_at,
            edited_from=document.edited_from,
            edited_by=document.edited_by,
        )
        for position, read in enumerate(found[1:], start=1)
    ]
    for other in others:
        other.save()
    return [document, *others]


def _settle_reading(document: ChannelDocument, read: Reading, cause: Cause) -> None:
    note_reading(document, read)
    if isinstance(read, ReadOrder):
        settle_order(document, read, cause)
    else:
        settle_fact(document, read, cause)

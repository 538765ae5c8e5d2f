"""What becomes of a received document: an order, an update of one, or a reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, transaction

from core import documents
from core.actors import Actor
from core.documents import DocumentErased, DocumentUnreadable
from core.events import record, reference
from core.faults import crashpoint
from core.strict_json import MalformedDocument, parse_document
from core.transactions import opens_transaction, requires_transaction
from intake.channels import read_document
from intake.locks import lock_document
from intake.models import ChannelDocument
from intake.planning import Unsellable, plan_sale
from intake.reading import Finding, NotAnOrder, ReadOrder
from intake.rules import Hold, find_unknown_sku, is_ignored, owner_of, why_held
from intake.states import DocumentState
from orders import queries as orders_queries
from orders import services as orders_services
from orders.sales import Sale
from orders.services import Taken, TakenSale


@dataclass(frozen=True, slots=True)
class _Cause:
    """Who settles, by which operation, and when."""

    actor: Actor
    op_id: UUID
    now: datetime


@opens_transaction
def settle_document(
    *, document_id: int, actor: Actor, op_id: UUID, now: datetime
) -> list[ChannelDocument]:
    """Settle a document that waits, and every other order of the list it may be.

    Returns a row for each order in it, or the one row of a document without orders. One that is
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
    cause = _Cause(actor, op_id, now)
    found = _read(document)
    if isinstance(found, MalformedDocument):
        _bury(document, str(found), cause)
        return [document]
    if isinstance(found, NotAnOrder):
        _ignore(document, found.reason, cause)
        return [document]
    rows = _rows_of(document, found)
    for row in rows:
        _settle_order(row, found[row.position], cause)
    crashpoint("intake.before_commit")
    return rows


@opens_transaction
def bury_document(
    *, document_id: int, reason: str, actor: Actor, op_id: UUID, now: datetime
) -> ChannelDocument:
    """Make a dead letter of a document that cannot be settled; a person may replay it."""
    document = lock_document(document_id)
    if document.state == DocumentState.RECEIVED:
        _bury(document, reason, _Cause(actor, op_id, now))
    return document


def _read(document: ChannelDocument) -> list[ReadOrder] | NotAnOrder | MalformedDocument:
    try:
        parsed = parse_document(documents.read(document.content))
    except MalformedDocument as error:
        return error
    except (DocumentErased, DocumentUnreadable) as error:
        return MalformedDocument(error.message)
    return read_document(document.channel.kind, parsed, topic=document.topic)


def _rows_of(document: ChannelDocument, found: Sequence[ReadOrder]) -> list[ChannelDocument]:
    """The document's own row for its first order, and a new row for each further one."""
    if document.path or len(found) == 1:
        document.path = found[document.position].path
        return [document]
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
            edited_from=document.edited_from,
            edited_by=document.edited_by,
        )
        for position, read in enumerate(found[1:], start=1)
    ]
    for other in others:
        other.save()
    return [document, *others]


def _settle_order(document: ChannelDocument, read: ReadOrder, cause: _Cause) -> None:
    document.external_id = (read.external_id or "")[:120]
    document.findings = [asdict(finding) for finding in read.findings]
    reason = is_ignored(read)
    if reason:
        _ignore(document, reason, cause)
        return
    held = why_held(read)
    if held:
        _hold(document, held, cause)
        return
    try:
        _sell(document, read, cause)
    except Unsellable as error:
        _hold(document, _hold_for(error.finding), cause)


def _sell(document: ChannelDocument, read: ReadOrder, cause: _Cause) -> None:
    sale = plan_sale(read)
    unknown = _unknown_sku(document, read)
    if unknown:
        _hold(document, unknown, cause)
        return
    try:
        with transaction.atomic():
            taken = _take(document, sale, cause)
    except DataError as error:
        reason = f"A value does not fit: {str(error).partition(chr(10))[0]}"
        _hold(document, Hold("", reason[:500], "admin"), cause)
        return
    document.order = taken.order
    _settle_taken(document, taken, cause)


def _take(document: ChannelDocument, sale: Sale, cause: _Cause) -> TakenSale:
    return orders_services.take_sale(
        channel=document.channel, sale=sale, actor=cause.actor, now=cause.now, op_id=cause.op_id
    )


def _settle_taken(document: ChannelDocument, taken: TakenSale, cause: _Cause) -> None:
    if not document.path:  # a list is about several people and has no one person
        person = f"customer:{taken.order.customer_id}"
        documents.attribute(document=document.content, person=person)
    match taken.taken:
        case Taken.REGISTERED | Taken.UPDATED:
            document.is_update = taken.taken is Taken.UPDATED
            document.accept()
            _finish(document, cause)
        case Taken.KNOWN:
            document.repeat()
            _finish(document, cause, reason="It is not newer than what is known of its order.")
        case Taken.CHANGED:
            document.difference = taken.difference
            document.conflict()
            field = next(iter(taken.difference))
            old, new = taken.difference[field]
            reason = f"Its money changed: {field} was {old or 'not there'}, is {new or 'gone'}."
            _finish(document, cause, field=field, reason=reason, owner=owner_of(field))


def _unknown_sku(document: ChannelDocument, read: ReadOrder) -> Hold | None:
    if not document.channel.holds_unknown_skus:
        return None
    skus = [str(line.sku) for line in read.lines if line.sku is not None]
    known = orders_queries.match_variants(partner_id=document.partner_id, skus=skus)
    return find_unknown_sku(read, known=known.keys())


def _hold_for(finding: Finding) -> Hold:
    return Hold(finding.field, finding.message, owner_of(finding.field))


def _hold(document: ChannelDocument, hold: Hold, cause: _Cause) -> None:
    document.hold()
    _finish(document, cause, field=hold.field, reason=hold.reason, owner=hold.owner)


def _ignore(document: ChannelDocument, reason: str, cause: _Cause) -> None:
    document.ignore()
    _finish(document, cause, reason=reason)


def _bury(document: ChannelDocument, reason: str, cause: _Cause) -> None:
    document.bury()
    _finish(document, cause, reason=reason, owner="admin")


def _finish(document: ChannelDocument, cause: _Cause, **why: str) -> None:
    """Save what was decided and tell of it. `why`: field, reason and owner."""
    document.field = why.get("field", "")[:120]
    document.reason = why.get("reason", "")[:500]
    document.owner = why.get("owner", "")
    document.processed_at = cause.now
    document.leased_until = None
    document.save()
    data: dict[str, Any] = {
        "channel": document.channel.code,
        "external_id": document.external_id,
        "order": document.order_id,
        "field": document.field,
    }
    record(
        kind=f"document.{document.state}",
        partner_id=document.partner_id,
        subject=reference(document),
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data=data,
    )

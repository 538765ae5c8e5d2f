"""What documents tell besides orders: each finds what it is about, waits for it, or acts on it.

Acting goes through the services of whoever owns the row. What is told twice does nothing the
second time, and what is overtaken by a later word does nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.events import record, reference
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import InboundParcel, Shipment
from intake.facts import (
    ParcelStatus,
    ReadFact,
    ReadMessageStatus,
    ReadNotice,
    ReadPayment,
    ReadReturn,
    ReadText,
    ReadTracking,
)
from intake.models import ChannelDocument
from intake.reading import Severity
from intake.rules import Hold
from intake.services.channel_returns import settle_return
from intake.services.message_statuses import settle_message, settle_text
from intake.services.outcomes import (
    Cause,
    accept,
    attempt,
    hold,
    hold_for,
    ignore,
    park,
    repeat,
)
from intake.states import Awaited
from orders import queries as orders_queries
from orders.models import Order


def settle_fact(document: ChannelDocument, read: ReadFact, cause: Cause) -> None:
    """Decide about one fact of a document."""
    for finding in read.findings:
        if finding.severity == Severity.IGNORE:
            ignore(document, finding.message, cause)
            return
    if read.is_test:
        ignore(document, "It is a test of the channel's.", cause)
        return
    for finding in read.findings:
        if finding.severity == Severity.HOLD:
            hold(document, hold_for(finding), cause)
            return
    _SETTLE[type(read)](document, read, cause)


def _settle_tracking(document: ChannelDocument, read: ReadTracking, cause: Cause) -> None:
    if not read.tracking_number:
        hold(document, Hold("tracking_number", "It names no parcel.", "admin", "missing"), cause)
        return
    found = parcels.find_by_tracking(
        partner_id=document.partner_id, tracking_number=read.tracking_number
    )
    if not found:
        reason = "No parcel has this number yet; it goes on by itself when one does."
        park(document, cause, Awaited.PARCEL, read.tracking_number, reason)
        return
    if len(found) > 1:
        reason = f"{len(found)} parcels have this number; which one is meant?"
        hold(document, Hold("tracking_number", reason, "lead", "several_parcels"), cause)
        return
    if read.status == ParcelStatus.UNKNOWN:
        reason = f"“{read.said_as[:80]}” is not a status that is known of this carrier."
        hold(document, Hold("status", reason, "admin", "unknown_status"), cause)
        return
    (parcel,) = found
    attempt(document, cause, "status", lambda: _follow_parcel(document, parcel, read, cause))


def _follow_parcel(
    document: ChannelDocument, parcel: Shipment | InboundParcel, read: ReadTracking, cause: Cause
) -> None:
    who: dict[str, Any] = {"actor": cause.actor, "now": cause.now, "op_id": cause.op_id}
    if isinstance(parcel, Shipment):
        has_moved = fulfilment.follow_shipment(
            shipment_id=parcel.pk, status=read.status.value, **who
        )
        order: Order | None = parcel.order
    else:
        has_moved = fulfilment.follow_parcel(parcel_id=parcel.pk, status=read.status.value, **who)
        order = None
    if has_moved:
        accept(document, order, cause, f"{parcel} is {read.status.value.replace('_', ' ')}.")
    else:
        document.order = order
        repeat(document, cause, "It says nothing new of its parcel.")


def _settle_payment(document: ChannelDocument, read: ReadPayment, cause: Cause) -> None:
    """Kept on the order as an event: whoever does the money hears of it and asks the provider."""
    order = orders_queries.find_by_payment(
        partner_id=document.partner_id, provider_reference=read.reference
    )
    if order is None:
        reason = "No order was paid with this payment yet; it goes on by itself when one was."
        park(document, cause, Awaited.PAYMENT, read.reference, reason)
        return
    record(
        kind="payment.reported",
        partner_id=document.partner_id,
        subject=reference(order),
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data={
            "provider": document.channel.kind,
            "reference": read.reference,
            "happened": read.happened,
            "amount": None if read.amount is None else f"{read.amount:f}",
            "step": read.step[:120],
            "sum_so_far": None if read.sum_so_far is None else f"{read.sum_so_far:f}",
            "currency": read.currency,
            "document": document.public_id,
        },
    )
    accept(document, order, cause, f"The payment is {read.happened.replace('_', ' ')}.")


def _settle_notice(document: ChannelDocument, read: ReadNotice, cause: Cause) -> None:
    key = read.address[:120] if read.address else (read.external_id or "")
    park(document, cause, Awaited.FETCH, key, "It only says that something changed; it is fetched.")


_SETTLE: dict[type[ReadFact], Callable[..., None]] = {
    ReadTracking: _settle_tracking,
    ReadReturn: settle_return,
    ReadMessageStatus: settle_message,
    ReadText: settle_text,
    ReadPayment: _settle_payment,
    ReadNotice: _settle_notice,
}

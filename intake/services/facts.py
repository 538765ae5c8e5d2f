"""What documents tell besides orders: each finds what it is about, waits for it, or acts on it.

Acting goes through the services of whoever owns the row. What is told twice does nothing the
second time, and what is overtaken by a later word does nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from core.errors import DomainError
from core.events import record, reference
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import InboundParcel, Shipment
from intake.facts import (
    MessageStatus,
    ParcelStatus,
    ReadFact,
    ReadMessageStatus,
    ReadNotice,
    ReadPayment,
    ReadReturn,
    ReadTracking,
)
from intake.models import ChannelDocument, ChannelReturn
from intake.reading import Severity
from intake.rules import Hold, guess_reason
from intake.services.outcomes import (
    Cause,
    accept,
    hold,
    hold_for,
    ignore,
    park,
    repeat,
)
from intake.states import Awaited
from notifications import queries as messages
from notifications import services as notifications
from orders import queries as orders_queries
from orders import services as orders_services
from orders.models import Order, OrderLine
from returns import services as returns
from returns.services import WantedReturn

OF_MESSAGE = {
    MessageStatus.DELIVERED: notifications.report_delivered,
    MessageStatus.BOUNCED: notifications.report_bounced,
    MessageStatus.COMPLAINED: notifications.report_bounced,
}


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
    _try(document, cause, "status", lambda: _follow_parcel(document, parcel, read, cause))


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


def _settle_return(document: ChannelDocument, read: ReadReturn, cause: Cause) -> None:
    if not read.external_id or not read.order_external_id or read.quantity < 1:
        field = "external_id" if not read.external_id else "order_external_id"
        field = field if read.quantity else "quantity"
        hold(document, Hold(field, f"The return carries no {field}.", "admin", "missing"), cause)
        return
    order = orders_queries.get_by_external_id(
        channel_id=document.channel_id, external_id=read.order_external_id
    )
    if order is None:
        reason = f"Its order {read.order_external_id[:60]} has not come yet; it goes on by itself."
        park(document, cause, Awaited.ORDER, read.order_external_id, reason)
        return
    known = ChannelReturn.objects.filter(
        channel_id=document.channel_id, external_id=read.external_id
    ).first()
    document.order = order
    if known is not None:
        _follow_return(document, known, read, cause)
    elif read.is_over:
        ignore(document, f"The return came to nothing there: {read.status[:60]}.", cause)
    else:
        _take_return(document, order, read, cause)


def _follow_return(
    document: ChannelDocument, known: ChannelReturn, read: ReadReturn, cause: Cause
) -> None:
    """A return that is known: its status is kept, and what follows is a person's to decide."""
    if known.status == read.status[:80]:
        repeat(document, cause, "The return is known and nothing about it is new.")
        return
    known.status, known.told_at = read.status[:80], cause.now
    known.save(update_fields=["status", "told_at"])
    document.is_update = True
    record(
        kind="channel_return.changed",
        partner_id=document.partner_id,
        subject=reference(known),
        case=known.case,
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data={"channel": document.channel.code, "status": known.status},
    )
    accept(document, known.order, cause)


def _take_return(document: ChannelDocument, order: Order, read: ReadReturn, cause: Cause) -> None:
    line = _find_line(order, read)
    if line is None:
        reason = f"No line of order {order} is meant by “{read.sku[:60]}”."
        hold(document, Hold("sku", reason, "lead", "unknown_line"), cause)
        return
    _try(document, cause, "quantity", lambda: _open(document, order, line, read, cause))


def _find_line(order: Order, read: ReadReturn) -> OrderLine | None:
    """By the channel's id of the line, else by SKU or barcode, else the only one there is."""
    lines = list(order.lines.select_related("variant").order_by("position"))
    by_id = [
        line for line in lines if line.external_id and line.external_id == read.line_external_id
    ]
    by_sku = [
        line
        for line in lines
        if read.sku and read.sku in (line.sku, line.variant.barcode if line.variant else "")
    ]
    found = by_id or by_sku or (lines if len(lines) == 1 else [])
    return found[0] if found else None


def _open(
    document: ChannelDocument, order: Order, line: OrderLine, read: ReadReturn, cause: Cause
) -> None:
    who: dict[str, Any] = {"actor": cause.actor, "now": cause.now, "op_id": cause.op_id}
    case = ""
    if read.is_settled:
        quantities = {line.pk: read.quantity}
        orders_services.claim_return_units(quantities=quantities, **who)
        orders_services.accept_returned_units(quantities=quantities, **who)
    else:
        opened = returns.start_return(
            partner_id=order.partner_id,
            channel_id=order.channel_id,
            customer_id=order.customer_id,
            lines=[
                WantedReturn(
                    order_line_id=line.pk,
                    quantity=read.quantity,
                    reason=guess_reason(read.reason),
                    comment=". ".join(filter(None, [read.reason, read.comment]))[:500],
                )
            ],
            **who,
        )
        case = reference(opened)
    kept = ChannelReturn.objects.create(
        partner_id=document.partner_id,
        channel=document.channel,
        external_id=(read.external_id or "")[:120],
        order=order,
        case=case,
        quantity=read.quantity,
        status=read.status[:80],
        told_at=cause.now,
    )
    record(
        kind="channel_return.taken",
        partner_id=document.partner_id,
        subject=reference(kept),
        case=case,
        data={"channel": document.channel.code, "quantity": read.quantity, "status": kept.status},
        **who,
    )
    accept(document, order, cause, "A case was opened." if case else "Settled by the channel.")


def _settle_message(document: ChannelDocument, read: ReadMessageStatus, cause: Cause) -> None:
    keys = [key for key in (read.message_id, read.external_id) if key]
    message = messages.find_sent(partner_id=document.partner_id, provider_ids=keys)
    if message is None:
        reason = "No message of ours has this id yet; it goes on by itself when one does."
        park(document, cause, Awaited.MESSAGE, keys[0] if keys else "", reason)
        return
    report = OF_MESSAGE.get(read.status)
    if report is None:
        reason = f"“{read.said_as[:60]}” changes nothing: the message is on its way."
        repeat(document, cause, reason)
        return
    has_moved = report(
        message_id=message.pk,
        why=(f"{read.said_as} {read.why}".strip())[:200],
        actor=cause.actor,
        now=cause.now,
        op_id=cause.op_id,
    )
    if has_moved:
        accept(document, None, cause, f"The message is {read.status.value}.")
    else:
        repeat(document, cause, "It says nothing new of its message.")


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
            "currency": read.currency,
            "document": document.public_id,
        },
    )
    accept(document, order, cause, f"The payment is {read.happened.replace('_', ' ')}.")


def _settle_notice(document: ChannelDocument, read: ReadNotice, cause: Cause) -> None:
    key = read.address[:120] if read.address else (read.external_id or "")
    park(document, cause, Awaited.FETCH, key, "It only says that something changed; it is fetched.")


def _try(document: ChannelDocument, cause: Cause, field: str, act: Callable[[], None]) -> None:
    """What the owner of the row refuses waits for a person, with the refusal as its reason."""
    try:
        with transaction.atomic():
            act()
    except DomainError as refusal:
        document.refresh_from_db(fields=["state"])
        hold(
            document,
            Hold(str(refusal.data.get("field") or field), refusal.message, "lead", refusal.code),
            cause,
        )


_SETTLE: dict[type[ReadFact], Callable[..., None]] = {
    ReadTracking: _settle_tracking,
    ReadReturn: _settle_return,
    ReadMessageStatus: _settle_message,
    ReadPayment: _settle_payment,
    ReadNotice: _settle_notice,
}

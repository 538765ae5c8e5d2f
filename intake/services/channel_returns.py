"""Returns as channels tell them: a case is opened once, and what follows is kept beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from intake.facts import ReadReturn
from intake.models import ChannelDocument, ChannelReturn
from intake.rules import Hold, guess_reason
from intake.services.outcomes import Cause, accept, attempt, hold, ignore, park, repeat
from intake.states import Awaited
from orders import queries as orders_queries
from orders import services as orders_services
from orders.models import Order, OrderLine
from returns import services as returns
from returns.services import WantedReturn


def settle_return(document: ChannelDocument, read: ReadReturn, cause: Cause) -> None:
    """Take a return of a known order, or what is new about one."""
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
    is_tracked = _learn_tracking(known, read, cause)
    if known.status == read.status[:80] and not is_tracked:
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
    attempt(document, cause, "quantity", lambda: _open(document, order, line, read, cause))


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
        carrier=read.carrier[:40],
        tracking_number=read.tracking_number if len(read.tracking_number) <= 80 else "",
        status=read.status[:80],
        told_at=cause.now,
    )
    _track(kept, **who)
    record(
        kind="channel_return.taken",
        partner_id=document.partner_id,
        subject=reference(kept),
        case=case,
        data={"channel": document.channel.code, "quantity": read.quantity, "status": kept.status},
        **who,
    )
    accept(document, order, cause, "A case was opened." if case else "Settled by the channel.")


def _learn_tracking(known: ChannelReturn, read: ReadReturn, cause: Cause) -> bool:
    """A channel often says only later under which number the parcel comes back."""
    if known.tracking_number or not 0 < len(read.tracking_number) <= 80:
        return False
    known.carrier, known.tracking_number = read.carrier[:40], read.tracking_number
    known.save(update_fields=["carrier", "tracking_number"])
    _track(known, actor=cause.actor, now=cause.now, op_id=cause.op_id)
    return True


@requires_transaction
def track_parcel(*, case: str, actor: Actor, now: datetime, op_id: UUID | None = None) -> bool:
    """The parcel of a case was announced: the number may have been told before there was one."""
    told = ChannelReturn.objects.filter(case=case).exclude(tracking_number="")
    known = told.order_by("pk").first()
    return known is not None and _track(known, actor=actor, now=now, op_id=op_id)


def _track(known: ChannelReturn, **who: Any) -> bool:
    """Give the case's parcel its number; False while there is no parcel, or it has one."""
    if not known.case or not known.tracking_number:
        return False
    parcel = parcels.get_parcel(known.case)
    if parcel is None:
        return False
    return fulfilment.note_tracking(
        parcel_id=parcel.pk,
        carrier=known.carrier,
        tracking_number=known.tracking_number,
        **who,
    )

"""What a warehouse is told: one message per event that concerns its location, in their order.

A place without a warehouse is told nothing. Messages hold ids and facts; the bin and the lot are
among them, so that nobody at the shelf has to look anything up.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from core import clock
from core.actors import Actor
from core.events import record, reference
from core.models import Event
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import queries
from fulfilment.locks import lock_message, lock_warehouse_at, next_sequence
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseMessage
from fulfilment.rules import CAUSES, choose_hold_message
from fulfilment.states import MessageKind, MessageState
from inventory.models import Reservation


@requires_transaction
def tell_of_hold(
    *, event: Event, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> WarehouseMessage | None:
    """A hold was made, kept or ended. None where no warehouse needs to know."""
    hold = Reservation.objects.select_related("variant", "stock_level", "bin").get(
        pk=_pk_of(event.subject)
    )
    warehouse = lock_warehouse_at(location_id=hold.location_id)
    if warehouse is None:
        return None
    is_known = queries.was_told(warehouse, kind=MessageKind.HOLD, subject=event.subject)
    kind = choose_hold_message(event.kind, is_known=is_known)
    if kind is None:
        return None
    return _queue(warehouse, kind, event, _hold_body(hold, event, kind), now=now)


@requires_transaction
def tell_of_shipment(
    *, event: Event, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> WarehouseMessage | None:
    """A parcel is to leave, or is not to any more. One that it never heard of is not cancelled."""
    shipment = Shipment.objects.select_related("order").get(pk=_pk_of(event.subject))
    warehouse = lock_warehouse_at(location_id=shipment.location_id)
    if warehouse is None:
        return None
    if event.kind == "shipment.released":
        return _queue(warehouse, MessageKind.SHIP, event, _ship_body(shipment), now=now)
    if not queries.was_told(warehouse, kind=MessageKind.SHIP, subject=event.subject):
        return None
    body = {"shipment": shipment.public_id, "reference": shipment.reference}
    return _queue(warehouse, MessageKind.CANCEL, event, body, now=now)


@requires_transaction
def tell_of_parcel(
    *, event: Event, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> WarehouseMessage | None:
    """A customer is to send something back to it."""
    parcel = InboundParcel.objects.get(pk=_pk_of(event.subject))
    warehouse = lock_warehouse_at(location_id=parcel.location_id)
    if warehouse is None:
        return None
    body = {
        "parcel": parcel.public_id,
        "rma": event.data.get("rma", ""),
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "lines": event.data.get("contents", []),
    }
    return _queue(warehouse, MessageKind.EXPECT, event, body, now=now)


@requires_transaction
def tell_of_what_stands(
    *, warehouse: Warehouse, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> int:
    """Bring a new warehouse up to date: live holds, released parcels, announced returns.

    Says how many messages that took. Each is told by its own last event, so one that is still
    on its way to the subscriber is not told twice. Called once the warehouse is committed: what
    happened before that nobody else tells, what happens afterwards everybody does.
    """
    told = 0
    for tell, events in (
        (tell_of_hold, queries.list_events_of_live_holds(warehouse)),
        (tell_of_shipment, queries.list_events_of_released_shipments(warehouse)),
        (tell_of_parcel, queries.list_events_of_announced_parcels(warehouse)),
    ):
        for event in events:
            told += tell(event=event, actor=actor, now=now, op_id=op_id) is not None
    return told


@operation("warehouse.resend_message")
def resend_message(
    *, message_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> WarehouseMessage:
    """Send a message once more, under its old id and number, with all its tries.

    For one that was given up, and for one that was taken and never acknowledged.
    """
    message = lock_message(message_id)
    message.queue_again()
    message.attempts, message.last_error = 0, ""
    message.due_at, message.leased_until = clock.database_now(), None
    message.save()
    record(
        kind="warehouse.message_resent",
        partner_id=message.partner_id,
        subject=reference(message),
        case=message.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={"message": message.public_id, "kind": message.kind, "sequence": message.sequence},
    )
    return message


def _hold_body(hold: Reservation, event: Event, kind: MessageKind) -> dict[str, Any]:
    """All that picking needs. How many and until when are the event's: the row may be further."""
    body = {
        "hold": hold.number,
        "reference": hold.reference,
        **_place(hold),
        "quantity": event.data["quantity"],
    }
    if kind == MessageKind.RELEASE:
        return body | {"cause": CAUSES.get(event.kind) or event.data["cause"]}
    return body | {"expires_at": event.data["expires_at"]}


def _ship_body(shipment: Shipment) -> dict[str, Any]:
    """The address is a reference: `queries.complete_body` reads it when the message leaves."""
    lines = list(shipment.lines.select_related("order_line").order_by("pk"))
    holds = queries.map_holds(line.reservation for line in lines)
    return {
        "shipment": shipment.public_id,
        "reference": shipment.reference,
        "order": shipment.order.number,
        "carrier": shipment.carrier,
        "released_at": shipment.released_at and shipment.released_at.isoformat(),
        "promised_on": shipment.promised_on and shipment.promised_on.isoformat(),
        "ship_to": f"orderaddress:{shipment.order.ship_to_id}",
        "lines": [
            {
                "hold": line.reservation,
                **(
                    _place(holds[line.reservation])
                    if line.reservation in holds
                    else {"sku": line.order_line.sku, "lot": "", "bin": ""}
                ),
                "quantity": line.quantity,
            }
            for line in lines
        ],
    }


def _place(hold: Reservation) -> dict[str, str]:
    return {
        "sku": hold.variant.sku,
        "lot": hold.stock_level.lot,
        "bin": hold.bin.code if hold.bin else "",
    }


def _queue(
    warehouse: Warehouse,
    kind: MessageKind,
    event: Event,
    body: dict[str, Any],
    *,
    now: dt.datetime,
) -> WarehouseMessage | None:
    """Write a message of the locked warehouse, unless this event was told already."""
    same = {"warehouse": warehouse, "event": event, "subject": event.subject}
    if WarehouseMessage.objects.filter(**same).exists():
        return None
    message: WarehouseMessage = WarehouseMessage.objects.create(
        partner_id=warehouse.partner_id,
        **same,
        sequence=next_sequence(warehouse.pk),
        kind=kind,
        case=event.case,
        body=body,
        state=MessageState.QUEUED,
        queued_at=now,
        due_at=clock.database_now(),
    )
    return message


def _pk_of(subject: str) -> int:
    return int(subject.partition(":")[2])

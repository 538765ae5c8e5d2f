"""What a carrier says of a parcel, as far as it moves the parcel on.

Carriers' words overtake each other and come again: what is known already, or behind what is
known, changes nothing. Each returns whether anything moved.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.models import Event
from core.transactions import requires_transaction
from fulfilment.locks import lock_parcel, lock_shipment
from fulfilment.models import Shipment
from fulfilment.services.inbound import mark_arrived, mark_departed
from fulfilment.services.outbound import lose_shipment, take_shipment_back
from fulfilment.states import ParcelState, ShipmentState

S = ShipmentState
NOT_LEFT = (S.PLANNED, S.RELEASED, S.PICKED, S.SHORT_PICKED)
ENDS = {"delivered": S.DELIVERED, "lost": S.LOST, "returned": S.RETURNED_TO_SENDER}


@requires_transaction
def follow_shipment(
    *, shipment_id: int, status: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Delivered, lost or back. A delivery is told by an event: the case above acts on it.

    Raises ActionBlocked for the end of a parcel that has not left, or was cancelled.
    """
    shipment = lock_shipment(shipment_id)
    if status == "trouble":
        return _tell_once(shipment, "carrier.trouble", actor=actor, now=now, op_id=op_id)
    if status not in ENDS or (shipment.state in ENDS.values() and status == "lost"):
        return False
    if shipment.state == ENDS[status]:
        return False
    if shipment.state in (*NOT_LEFT, S.CANCELLED):
        state = shipment.get_state_display().lower()
        raise ActionBlocked(f"The carrier says {status}, but the shipment is {state}.")
    if status == "delivered":
        return _tell_once(shipment, "carrier.delivered", actor=actor, now=now, op_id=op_id)
    move = lose_shipment if status == "lost" else take_shipment_back
    move(shipment_id=shipment.pk, actor=actor, now=now, op_id=op_id)
    return True


@requires_transaction
def follow_parcel(
    *, parcel_id: int, status: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """On its way to the location, or there. Once it is there a carrier's word is no news."""
    parcel = lock_parcel(parcel_id)
    if status == "in_transit" and parcel.state == ParcelState.LABEL_MADE:
        mark_departed(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)
        return True
    if status == "delivered" and parcel.state in (ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT):
        mark_arrived(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)
        return True
    return False


def _tell_once(
    shipment: Shipment, kind: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> bool:
    subject = reference(shipment)
    if Event.objects.filter(subject=subject, kind=kind).exists():
        return False
    record(
        kind=kind,
        partner_id=shipment.partner_id,
        subject=subject,
        case=shipment.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={"shipment": shipment.pk, "reference": shipment.reference},
    )
    return True

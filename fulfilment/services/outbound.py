from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from django_fsm import can_proceed

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record
from core.events import reference as reference_to
from core.transactions import requires_transaction
from fulfilment.locks import lock_shipment
from fulfilment.models import Shipment, ShipmentLine
from inventory.models import Location
from orders.models import Order


@requires_transaction
def plan_shipment(
    *,
    order_id: int,
    location_id: int,
    reference: str,
    case: str,
    lines: Sequence[tuple[int, int, str]],
    carrier: str,
    cost: Decimal,
    promised_on: dt.date | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Shipment:
    """A parcel that is to leave one location.

    `lines` are order line, units and the number of the hold that backs them; `cost` is in the
    partner's base currency.
    """
    if not lines or any(quantity < 1 for _, quantity, _ in lines):
        raise BadInput("A shipment has lines of at least one unit.", field="lines")
    order = Order.objects.get(pk=order_id)
    location = Location.objects.for_partner(order.partner_id).get(pk=location_id)
    shipment = Shipment.objects.create(
        partner_id=order.partner_id,
        order=order,
        location=location,
        reference=reference,
        case=case,
        carrier=carrier,
        cost=cost,
        promised_on=promised_on,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            partner_id=order.partner_id,
            shipment=shipment,
            order_line_id=order_line_id,
            quantity=quantity,
            reservation=reservation,
        )
        for order_line_id, quantity, reservation in lines
    )
    _record(shipment, "planned", actor=actor, now=now, op_id=op_id)
    return shipment


@requires_transaction
def release_shipment(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    """The warehouse may pick it."""
    shipment = _lock(shipment_id, "release")
    shipment.release()
    shipment.released_at = now
    return _keep(shipment, "released", actor=actor, now=now, op_id=op_id)


@requires_transaction
def pick_shipment(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    shipment = _lock(shipment_id, "pick")
    shipment.pick()
    shipment.picked_at = now
    return _keep(shipment, "picked", actor=actor, now=now, op_id=op_id)


@requires_transaction
def ship_shipment(
    *,
    shipment_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Shipment:
    """It has left, with this carrier, under this tracking number (blank: the carrier has none)."""
    shipment = _lock(shipment_id, "ship")
    shipment.ship()
    shipment.carrier = carrier
    shipment.tracking_number = tracking_number
    shipment.shipped_at = now
    return _keep(shipment, "shipped", actor=actor, now=now, op_id=op_id)


@requires_transaction
def deliver_shipment(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    shipment = _lock(shipment_id, "deliver")
    shipment.deliver()
    shipment.delivered_at = now
    return _keep(shipment, "delivered", actor=actor, now=now, op_id=op_id)


@requires_transaction
def pick_shipment_short(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    """Not all of it lay there. From here it is released anew, sent as found, or cancelled."""
    shipment = _lock(shipment_id, "pick_short")
    shipment.pick_short()
    return _keep(shipment, "short_picked", actor=actor, now=now, op_id=op_id)


@requires_transaction
def lose_shipment(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    """The carrier cannot find it; it may yet turn up on either side."""
    shipment = _lock(shipment_id, "lose")
    shipment.lose()
    return _keep(shipment, "lost", actor=actor, now=now, op_id=op_id)


@requires_transaction
def take_shipment_back(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    """The carrier has brought it back; what is in it is counted like any other return."""
    shipment = _lock(shipment_id, "come_back")
    shipment.come_back()
    return _keep(shipment, "returned_to_sender", actor=actor, now=now, op_id=op_id)


@requires_transaction
def split_off(
    *,
    shipment_id: int,
    line_ids: Collection[int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Shipment:
    """Some of what is on its way stays there and some does not: these lines are one of their own.

    It left when the other did, and cost nothing beside it.
    """
    shipment = _lock(shipment_id, "come_back")
    apart: Shipment = Shipment.objects.create(
        partner_id=shipment.partner_id,
        order_id=shipment.order_id,
        location_id=shipment.location_id,
        reference=shipment.reference,
        case=shipment.case,
        state=shipment.state,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        promised_on=shipment.promised_on,
        released_at=shipment.released_at,
        picked_at=shipment.picked_at,
        shipped_at=shipment.shipped_at,
    )
    shipment.lines.filter(pk__in=line_ids).update(shipment=apart)
    _record(apart, "split_off", actor=actor, now=now, op_id=op_id)
    return apart


@requires_transaction
def cancel_shipment(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Shipment:
    """Possible until it is picked: from then on someone has it in hand."""
    shipment = _lock(shipment_id, "cancel")
    shipment.cancel()
    return _keep(shipment, "cancelled", actor=actor, now=now, op_id=op_id)


def _lock(shipment_id: int, transition: str) -> Shipment:
    shipment = lock_shipment(shipment_id)
    if not can_proceed(getattr(shipment, transition)):
        state = shipment.get_state_display().lower()
        raise ActionBlocked(f"The shipment is {state}; {transition} is no longer possible.")
    return shipment


def _keep(
    shipment: Shipment, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> Shipment:
    shipment.save()
    _record(shipment, happened, actor=actor, now=now, op_id=op_id)
    return shipment


def _record(
    shipment: Shipment, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    record(
        kind=f"shipment.{happened}",
        partner_id=shipment.partner_id,
        subject=reference_to(shipment),
        case=shipment.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "shipment": shipment.pk,
            "reference": shipment.reference,
            "order": shipment.order_id,
            "location": shipment.location.code,
            "carrier": shipment.carrier,
            "tracking_number": shipment.tracking_number,
            "promised_on": shipment.promised_on and shipment.promised_on.isoformat(),
        },
    )

"""Parcels that take goods back to their customer: sent by somebody here, or by a warehouse."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from returns.models import Disposition, Return
from returns.services.case import lock_case, tell

PREFIX = "disposition:"
WITH_WAREHOUSE = (ShipmentState.RELEASED, ShipmentState.PICKED)


@operation("return.send_goods_back")
def send_goods_back(
    *,
    shipment_id: int,
    carrier: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    tracking_number: str = "",
) -> Shipment:
    """The parcel with the customer's own goods has left. Raises BadInput and ActionBlocked."""
    if not carrier.strip():
        raise BadInput("Say which carrier took it.", field="carrier")
    case = _lock_case_of(shipment_id, actor=actor, now=now)
    return _ship(
        case,
        shipment_id,
        carrier=carrier.strip(),
        tracking_number=tracking_number.strip(),
        actor=actor,
        now=now,
        op_id=op_id,
    )


@operation("return.confirm_goods_back")
def confirm_goods_back(
    *, shipment_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Shipment:
    """The customer has their goods again. Raises ActionBlocked."""
    case = _lock_case_of(shipment_id, actor=actor, now=now)
    return _deliver(case, shipment_id, actor=actor, now=now, op_id=op_id)


@requires_transaction
def follow_shipped_goods(
    *,
    shipment_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """A warehouse says that a parcel has left; nothing to do for one that is no parcel back."""
    shipment = parcels.get_shipment(shipment_id)
    if _is_ours(shipment) and shipment.state in WITH_WAREHOUSE:
        case = _lock_case_of(shipment_id, actor=actor, now=now)
        _ship(
            case,
            shipment_id,
            carrier=carrier,
            tracking_number=tracking_number,
            actor=actor,
            now=now,
            op_id=op_id,
        )


@requires_transaction
def follow_delivered_goods(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The same for one that is with the customer."""
    shipment = parcels.get_shipment(shipment_id)
    if _is_ours(shipment) and shipment.state == ShipmentState.SHIPPED:
        case = _lock_case_of(shipment_id, actor=actor, now=now)
        _deliver(case, shipment_id, actor=actor, now=now, op_id=op_id)


def _is_ours(shipment: Shipment) -> bool:
    return bool(shipment.reference.startswith(PREFIX))


def _lock_case_of(shipment_id: int, *, actor: Actor, now: dt.datetime) -> Return:
    shipment = parcels.get_shipment(shipment_id)
    if not _is_ours(shipment):
        raise BadInput("That parcel takes nothing back.", field="shipment_id")
    placed = Disposition.objects.select_related("inspection__receipt_line__receipt").get(
        pk=shipment.reference.removeprefix(PREFIX)
    )
    case_id = placed.inspection.receipt_line.receipt.return_case_id
    return lock_case(return_id=case_id, version=None, actor=actor, now=now)


def _ship(
    case: Return,
    shipment_id: int,
    *,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Shipment:
    shipment = fulfilment.ship_shipment(
        shipment_id=shipment_id,
        carrier=carrier,
        tracking_number=tracking_number,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    tell(
        case,
        "goods_sent_back",
        actor=actor,
        now=now,
        op_id=op_id,
        shipment=shipment.pk,
        carrier=carrier,
        tracking_number=tracking_number,
    )
    return shipment


def _deliver(
    case: Return, shipment_id: int, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> Shipment:
    shipment = fulfilment.deliver_shipment(
        shipment_id=shipment_id, actor=actor, now=now, op_id=op_id
    )
    tell(case, "goods_given_back", actor=actor, now=now, op_id=op_id, shipment=shipment.pk)
    return shipment

"""What an exchange does about a parcel that its warehouse has reported. Subscribers call these."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from exchanges.services.sending import WITH_WAREHOUSE, confirm_delivery, ship_replacement
from fulfilment import queries as parcels
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState


@requires_transaction
def follow_shipped_parcel(
    *,
    shipment_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> None:
    """The parcel has left; nothing to do where somebody here said so already."""
    shipment = parcels.get_shipment(shipment_id)
    exchange_id = _exchange_of(shipment)
    if exchange_id is not None and shipment.state in WITH_WAREHOUSE:
        ship_replacement(
            exchange_id=exchange_id,
            shipment_id=shipment.pk,
            version=None,
            carrier=carrier,
            tracking_number=tracking_number,
            actor=actor,
            op_id=op_id,
            now=now,
        )


@requires_transaction
def follow_delivered_parcel(
    *, shipment_id: int, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    """The parcel is at the customer's; nothing to do where somebody here said so already."""
    shipment = parcels.get_shipment(shipment_id)
    exchange_id = _exchange_of(shipment)
    if exchange_id is not None and shipment.state == ShipmentState.SHIPPED:
        confirm_delivery(
            exchange_id=exchange_id,
            shipment_id=shipment.pk,
            version=None,
            actor=actor,
            op_id=op_id,
            now=now,
        )


def _exchange_of(shipment: Shipment) -> int | None:
    kind, _, pk = shipment.reference.partition(":")
    return int(pk) if kind == "exchange" else None

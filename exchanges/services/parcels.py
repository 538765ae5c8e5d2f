"""What an exchange does about a parcel that its warehouse has reported. Subscribers call these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import locks, queries
from exchanges.services.sending import confirm_delivery, deliver_sold, ship_replacement
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from fulfilment import queries as parcels
from fulfilment.models import Shipment
from fulfilment.states import WITH_WAREHOUSE, ShipmentState
from inventory import services as inventory
from inventory.models import StockLevel
from inventory.states import Bucket, DiscrepancySource


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
    if exchange_id is None or queries.needs_visit(locks.lock_row(exchange_id)):
        return  # handed to the crew, who say when they leave
    if shipment.state in WITH_WAREHOUSE:
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
    if exchange_id is None or shipment.state != ShipmentState.SHIPPED:
        return
    exchange = locks.lock_row(exchange_id)
    if exchange.state == ExchangeState.CONVERTED_TO_SALE:
        deliver_sold(exchange, shipment, actor=actor, now=now, op_id=op_id)
    else:
        confirm_delivery(
            exchange_id=exchange_id,
            shipment_id=shipment.pk,
            version=None,
            actor=actor,
            op_id=op_id,
            now=now,
        )


@requires_transaction
def follow_short_pick(
    *,
    shipment_id: int,
    lines: Sequence[Mapping[str, Any]],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> None:
    """The warehouse found less than was held: `lines` say of each hold what was wanted and found.

    The units found stay with the warehouse. The missing ones are promised to nobody until a
    person has posted or dismissed the difference; the agent offers something else.
    """
    shipment = parcels.get_shipment(shipment_id)
    exchange_id = _exchange_of(shipment)
    exchange = None if exchange_id is None else locks.lock_row(exchange_id)
    short = [line for line in lines if line["found"] < line["wanted"]]
    for line in short:
        _give_up_missing(line, shipment, actor=actor, now=now, op_id=op_id)
    if exchange is not None:
        missing = sum(line["wanted"] - line["found"] for line in short)
        tell(
            exchange,
            "short_picked",
            shipment=shipment.pk,
            missing=missing,
            actor=actor,
            now=now,
            op_id=op_id,
        )


def _give_up_missing(
    line: Mapping[str, Any], shipment: Shipment, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    """End the hold on what is missing, and note in the same breath that the ledger is wrong."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    for ended in inventory.report_short(number=line["hold"], found=line["found"], **who):
        level = StockLevel.objects.get(pk=ended.stock_level_id)
        inventory.open_discrepancy(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            bucket=Bucket.AVAILABLE,
            source=DiscrepancySource.WAREHOUSE,
            reference=reference(shipment),
            expected=level.available,
            counted=level.available - ended.quantity,
            counted_at=now,
            **who,
        )


def _exchange_of(shipment: Shipment) -> int | None:
    kind, _, pk = shipment.reference.partition(":")
    return int(pk) if kind == "exchange" else None

"""The parcels of an exchange, one per place that holds some of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from inventory.models import Reservation


@requires_transaction
def plan_shipments(
    exchange: Exchange,
    *,
    holds: Sequence[Reservation],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Shipment]:
    """Plan a parcel per location. The promise counts from when the goods can be back."""
    assert exchange.replacement_order_id is not None
    order_lines = {
        reference(line): line.order_line_id
        for line in queries.list_lines(exchange)
        if line.order_line_id is not None
    }
    by_place: dict[int, list[Reservation]] = defaultdict(list)
    for hold in holds:
        by_place[hold.location_id].append(hold)
    planned = []
    for location_id, held in sorted(by_place.items()):
        way = queries.get_way(exchange, held[0], now=now)
        planned.append(
            fulfilment.plan_shipment(
                order_id=exchange.replacement_order_id,
                location_id=location_id,
                reference=reference(exchange),
                case=exchange.case,
                lines=[(order_lines[hold.reference], hold.quantity, hold.number) for hold in held],
                carrier=way.carrier if way else "",
                cost=way.cost if way else Decimal(0),
                promised_on=queries.compute_promise(exchange, held[0], way, now=now),
                actor=actor,
                now=now,
                op_id=op_id,
            )
        )
    return planned


@requires_transaction
def withdraw_shipments(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Cancel the parcels that are only planned; nobody has anything in hand yet."""
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state == ShipmentState.PLANNED:
            fulfilment.cancel_shipment(shipment_id=shipment.pk, actor=actor, now=now, op_id=op_id)

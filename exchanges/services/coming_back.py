"""A replacement that left and was brought back: nothing of it has happened, but for the drive."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange
from exchanges.services.holding import hold_anew, wait_for_stock
from exchanges.services.timeline import Who, tell
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from inventory import queries as stock
from inventory import services as inventory
from inventory.services import OutOfStock
from inventory.states import Bucket
from orders import services as orders
from payments import services as payments
from payments.states import ObligationKind


@requires_transaction
def take_back(
    exchange: Exchange,
    *,
    damaged: Mapping[int, bool],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Of what is on its way these lines of the replacement order are here again, with a new hold.

    `damaged` says of each whether it goes into quarantine. With nothing of it at the customer's
    the exchange is ready once more, else its rest waits to leave. What the customer has paid stays
    paid, and credit that is in the order stays there: both serve when it leaves again. Goods that
    were owed for it are owed from then on.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    subject = reference(exchange)
    payments.waive_obligation(subject=subject, kind=ObligationKind.GOODS, **who)
    back = _part_parcels(exchange, damaged, **who)
    units: Counter[int] = Counter()
    for shipment in back:
        for packed in shipment.lines.all():
            units[packed.order_line_id] += packed.quantity
    orders.take_units_back(quantities=dict(units), **who)
    for line in queries.list_lines(exchange):
        came = units[line.order_line_id] if line.order_line_id else 0
        line.released -= came
        line.came_back += came
        line.save()
    for shipment in back:
        fulfilment.take_shipment_back(shipment_id=shipment.pk, **who)
        _put_away(shipment, damaged, **who)
    stays = queries.has_parcels(exchange, (ShipmentState.SHIPPED, ShipmentState.DELIVERED))
    if stays:
        exchange.take_part_back()
    else:
        exchange.take_back()
    exchange.save()
    tell(
        exchange,
        "part_came_back" if stays else "came_back",
        shipments=[shipment.pk for shipment in back],
        units=units.total(),
        is_damaged=any(damaged.values()),
        **who,
    )
    _hold_another(exchange, **who)


@requires_transaction
def _part_parcels(
    exchange: Exchange,
    lines: Collection[int],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Shipment]:
    """The parcels on their way that hold these lines and nothing else; others are parted first."""
    back = []
    for shipment in parcels.list_shipments(reference(exchange)):
        packed = list(shipment.lines.all())
        here = [line.pk for line in packed if line.order_line_id in lines]
        if shipment.state != ShipmentState.SHIPPED or not here:
            continue
        if len(here) < len(packed):
            shipment = fulfilment.split_off(
                shipment_id=shipment.pk, line_ids=here, actor=actor, now=now, op_id=op_id
            )
        back.append(shipment)
    return back


@requires_transaction
def _put_away(
    shipment: Shipment,
    damaged: Mapping[int, bool],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Where they were taken from, on the shelf or out of everybody's reach."""
    for line in shipment.lines.order_by("pk"):
        hold = stock.find_hold(line.reservation)
        assert hold is not None  # nothing leaves without one
        inventory.take_back(
            partner_id=shipment.partner_id,
            variant_id=hold.variant_id,
            location_id=hold.location_id,
            lot=hold.stock_level.lot,
            quantity=line.quantity,
            bucket=Bucket.QUARANTINE if damaged[line.order_line_id] else Bucket.AVAILABLE,
            reference=reference(shipment),
            actor=actor,
            now=now,
            op_id=op_id,
        )


@requires_transaction
def _hold_another(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Hold the goods anew, wherever there are some; else the exchange waits in the queue."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    try:
        with transaction.atomic():
            hold_anew(exchange, holds=queries.read_facts(exchange).holds, **who)
    except OutOfStock:
        exchange.refresh_from_db(fields=["state"])
        wait_for_stock(exchange, **who)

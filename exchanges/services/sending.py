"""The replacement on its way: out of the warehouse, to the door, and the case closed behind it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.services.owing import owe_goods
from exchanges.services.releasing import arrive
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import Shipment
from fulfilment.states import UNDER_WAY, WITH_WAREHOUSE, ShipmentState
from inventory import services as inventory
from orders import services as orders


@operation("exchange.ship")
def ship_replacement(
    *,
    exchange_id: int,
    version: int | None,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    shipment_id: int | None = None,
) -> Exchange:
    """A parcel has left: its hold is consumed, its lines count as shipped.

    `shipment_id` names the parcel where there are several; without it the only one is meant.
    """
    if not carrier.strip():
        raise BadInput("Say which carrier takes the parcel.", field="carrier")
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_ship(facts).require("The replacement cannot be shipped.")
    if facts.needs_visit:
        raise ActionBlocked("A crew takes it along: say on its visit when it leaves.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    parcel = _find_parcel(exchange, shipment_id, WITH_WAREHOUSE)
    send_parcel(exchange, parcel, carrier=carrier, tracking_number=tracking_number, **who)
    return exchange


@requires_transaction
def send_parcel(
    exchange: Exchange,
    parcel: Shipment,
    *,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    **facts: int,
) -> None:
    """One parcel of a locked exchange leaves; `facts` are told with it, such as ``visit``."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    fulfilment.ship_shipment(
        shipment_id=parcel.pk, carrier=carrier, tracking_number=tracking_number, **who
    )
    lines = list(parcel.lines.all())
    units: Counter[int] = Counter()
    for line in lines:
        units[line.order_line_id] += line.quantity
    orders.mark_lines_shipped(quantities=dict(units), **who)
    inventory.consume_holds(numbers=[line.reservation for line in lines], **who)
    if exchange.state == ExchangeState.RELEASING:
        owe_goods(exchange, **who)
    stays = any(line.rest for line in queries.list_lines(exchange))
    if stays or _open_parcels(exchange, WITH_WAREHOUSE):
        exchange.ship_part()
    else:
        exchange.ship()
    exchange.save()
    tell(
        exchange,
        "shipped",
        shipment=parcel.pk,
        carrier=carrier,
        tracking_number=tracking_number,
        **facts,
        **who,
    )


@operation("exchange.confirm_delivery")
def confirm_delivery(
    *,
    exchange_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    shipment_id: int | None = None,
) -> Exchange:
    """A parcel has arrived. With the last one the exchange is complete and its case closed."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    verdict = rules.can_confirm_delivery(queries.read_facts(exchange))
    verdict.require("The delivery cannot be confirmed.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    parcel = _find_parcel(exchange, shipment_id, (ShipmentState.SHIPPED,))
    fulfilment.deliver_shipment(shipment_id=parcel.pk, **who)
    arrive(exchange, **who)
    return exchange


@requires_transaction
def deliver_sold(
    exchange: Exchange,
    parcel: Shipment,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """What became a sale on its way has arrived: nothing is left to decide, but it is told."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    fulfilment.deliver_shipment(shipment_id=parcel.pk, **who)
    if not queries.has_parcels(exchange, UNDER_WAY):
        assert exchange.replacement_order_id is not None  # something left
        orders.mark_order_delivered(order_id=exchange.replacement_order_id, **who)
    tell(exchange, "delivered", shipment=parcel.pk, **who)


def _find_parcel(
    exchange: Exchange, shipment_id: int | None, states: tuple[ShipmentState, ...]
) -> Shipment:
    parcel = [
        shipment
        for shipment in _open_parcels(exchange, states)
        if shipment_id in (None, shipment.pk)
    ]
    if len(parcel) != 1:
        raise ActionBlocked(
            "There are several parcels: say which." if parcel else "There is no such parcel."
        )
    return parcel[0]


def _open_parcels(exchange: Exchange, states: tuple[ShipmentState, ...]) -> list[Shipment]:
    return [
        shipment
        for shipment in parcels.list_shipments(reference(exchange))
        if shipment.state in states
    ]

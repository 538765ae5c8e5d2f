"""What warehouses are told of: holds, parcels that leave, parcels that come.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from fulfilment import messages, services
from fulfilment.message_kinds import KINDS
from fulfilment.models import Warehouse
from fulfilment.rules import HOLD_MESSAGES
from notifications.kinds import register

DESK = Actor.system("warehouse-link")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    register(*KINDS)
    subscribe("fulfilment.holds", *HOLD_MESSAGES, handler=hear_of_hold)
    subscribe(
        "fulfilment.shipments", "shipment.released", "shipment.cancelled", handler=hear_of_shipment
    )
    subscribe("fulfilment.parcels", "parcel.announced", handler=hear_of_parcel)
    subscribe("fulfilment.warehouses", "warehouse.opened", handler=hear_of_warehouse)
    subscribe("fulfilment.discrepancies", "discrepancy.opened", handler=messages.write_to_warehouse)
    subscribe(
        "fulfilment.notices",
        "warehouse.message_dead",
        "warehouse.report_dead",
        handler=messages.write_to_staff,
    )


def hear_of_hold(*, event: Event, now: dt.datetime) -> None:
    services.tell_of_hold(event=event, actor=DESK, now=now, op_id=_operation_of(event))


def hear_of_shipment(*, event: Event, now: dt.datetime) -> None:
    services.tell_of_shipment(event=event, actor=DESK, now=now, op_id=_operation_of(event))


def hear_of_parcel(*, event: Event, now: dt.datetime) -> None:
    services.tell_of_parcel(event=event, actor=DESK, now=now, op_id=_operation_of(event))


def hear_of_warehouse(*, event: Event, now: dt.datetime) -> None:
    warehouse = Warehouse.objects.get(public_id=event.data["warehouse"])
    services.tell_of_what_stands(
        warehouse=warehouse, actor=DESK, now=now, op_id=_operation_of(event)
    )


def _operation_of(event: Event) -> UUID:
    """The same each time the event is delivered."""
    return uuid5(event.event_id, "fulfilment")

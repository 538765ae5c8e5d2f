"""What orders hear of: their own progress, and stock that sales have waited for.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from inventory.states import Bucket
from notifications.kinds import register
from orders import services
from orders.message_kinds import KINDS

DESK = Actor.system("orders")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    register(*KINDS)
    subscribe(
        "orders.stock",
        "order.registered",
        "order.updated",
        "order.cancelled",
        "order.delivered",
        handler=hear_order,
    )
    subscribe("orders.stock_came", "stock.moved", "allocation.cancelled", handler=hear_stock)


def hear_order(*, event: Event, now: dt.datetime) -> None:
    services.align_allocations(
        order_id=int(event.subject.removeprefix("order:")),
        actor=DESK,
        now=now,
        op_id=_operation_of(event),
    )


def hear_stock(*, event: Event, now: dt.datetime) -> None:
    """Units that a sale may take; what holds give back is found by the sweep."""
    if event.kind == "stock.moved" and event.data["to"] != Bucket.AVAILABLE:
        return
    services.serve_waiting_sales(
        partner_id=event.partner_id,
        variant_id=event.data["variant"],
        actor=DESK,
        now=now,
        op_id=_operation_of(event),
    )


def _operation_of(event: Event) -> UUID:
    """The same each time the event is delivered."""
    return uuid5(event.event_id, "orders")

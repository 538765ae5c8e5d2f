"""What stock hears of itself: units that became free wake whoever waits for them.

Each runs once per event, in a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from uuid import uuid5

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from inventory import services
from inventory.states import Bucket

QUEUE = Actor.system("waiting-line")


def subscribe_all() -> None:
    """Called when the app is ready. The name is stored with deliveries: never change it."""
    subscribe(
        "inventory.waiting",
        "reservation.expired",
        "reservation.released",
        "allocation.cancelled",
        "stock.moved",
        "discrepancy.dismissed",
        handler=hear_freed_stock,
    )


def hear_freed_stock(*, event: Event, now: dt.datetime) -> None:
    """A line whose own hold ended is passed over: it gave the units back, for others."""
    if event.kind == "stock.moved" and event.data.get("to") != Bucket.AVAILABLE:
        return
    services.wake_next(
        variant_id=event.data["variant"],
        but_not=event.data.get("reference", ""),
        actor=QUEUE,
        now=now,
        op_id=uuid5(event.event_id, "waiting"),
    )

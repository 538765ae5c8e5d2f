"""What stock hears: units that became free wake whoever waits for them, a shop has its rules.

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
DESK = Actor.system("first-rules")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    subscribe(
        "inventory.waiting",
        "reservation.expired",
        "reservation.released",
        "allocation.cancelled",
        "stock.moved",
        "discrepancy.dismissed",
        handler=hear_freed_stock,
    )
    subscribe("inventory.first_rules", "policy.published", handler=hear_of_policy)


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


def hear_of_policy(*, event: Event, now: dt.datetime) -> None:
    """A shop that gets its first policy gets the hold rules to start with."""
    services.install_hold_rules(
        partner_id=event.partner_id,
        actor=DESK,
        now=now,
        op_id=uuid5(event.event_id, "first_rules"),
    )

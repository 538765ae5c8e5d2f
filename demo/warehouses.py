"""The centres' warehouses: simulated ones, where the launcher runs the simulator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import uuid4

from core.actors import Actor
from fulfilment.services import add_secret, open_warehouse
from inventory.models import Location

DEMO = Actor.system("demo")


def connect_warehouses(locations: Iterable[Location], *, secret: str, now: dt.datetime) -> int:
    """Connect every centre; says how many. Without a `secret` there is nobody to connect to.

    Done when the stories are told: a warehouse that opens is told of what stands then, and
    not of everything that ever happened.
    """
    if not secret:
        return 0
    opened = [
        open_warehouse(
            partner_id=location.partner_id,
            location_id=location.pk,
            adapter="simulator",
            url="",
            actor=DEMO,
            op_id=uuid4(),
            now=now,
        )
        for location in locations
    ]
    for warehouse in opened:
        add_secret(warehouse=warehouse, secret=secret, actor=DEMO, op_id=uuid4(), now=now)
    return len(opened)

"""What the clock does to orders. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from core.actors import Actor
from inventory import queries as inventory
from orders import services

STOCK_CLOCK = Actor.system("orders")


def serve_waiting_sales(*, now: dt.datetime) -> int:
    """Try again for every variant that was sold without being there; counts the variants.

    Deliveries and corrections are heard of at once; this finds the stock that holds gave back.
    """
    short = inventory.list_oversold()
    for partner_id, variant_id in short:
        services.serve_waiting_sales(
            partner_id=partner_id,
            variant_id=variant_id,
            actor=STOCK_CLOCK,
            now=now,
            op_id=uuid4(),
        )
    return len(short)

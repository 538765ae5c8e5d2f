"""The sweep that ends the holds whose time has come.

It only tidies up: a due hold neither commits nor stands in anyone's way, swept or not.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from core.transactions import opens_transaction
from inventory.telling import told_of

BATCH = 1000


def expire_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """End what is due by the database's clock, in short transactions; says how many holds.

    Any number of sweeps may run at once: a hold ends once, and stock that someone is busy with
    is left to them or to the next sweep. `now` is the time recorded.
    """
    expired = 0
    while ended := _expire_some(now=now, batch=batch):
        expired += ended
    return expired


@opens_transaction
def _expire_some(*, now: dt.datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inventory_expire_holds(%s, %s::timestamptz, %s::text[])",
            [batch, now, told_of("reservation.expired")],
        )
        (ended,) = cursor.fetchone()
    return int(ended)

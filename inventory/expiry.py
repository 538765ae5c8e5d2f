"""The sweep that ends the holds whose time has come.

It only tidies up: a due hold neither commits nor stands in anyone's way, swept or not.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from core import clock
from core.events import subscribers_of, wake_couriers_on_commit
from core.transactions import opens_transaction
from inventory import queries
from inventory.rules import HoldScope, HoldTerms
from inventory.states import AtExpiry

# So many holds a transaction: nobody who needs one of their levels waits for long.
BATCH = 200


def expire_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """End what is due by the database's clock, in short transactions; says how many holds.

    Where the rules say so and nobody waits for such goods, a hold runs on instead. Any number
    of sweeps may run at once: a hold ends once, and stock that someone is busy with is left to
    them or to the next sweep. `now` is the time recorded.
    """
    until = clock.database_now()
    for partner_id, scope in queries.list_due_scopes(until):
        terms = queries.get_hold_terms(partner_id=partner_id, scope=scope)
        if terms.at_expiry == AtExpiry.RENEW:
            while _renew_some(partner_id, scope, terms, until=until, now=now, batch=batch):
                pass
    expired = 0
    while ended := expire_some(until=until, now=now, batch=batch):
        expired += ended
    if expired:
        wake_couriers_on_commit()
    return expired


@opens_transaction
def expire_some(*, until: dt.datetime, now: dt.datetime, batch: int = BATCH) -> int:
    """One transaction of a sweep: ends a batch of what was due by `until`."""
    return _count(
        "inventory_expire_holds(%s, %s::timestamptz, %s::timestamptz, %s::text[])",
        [batch, until, now, list(subscribers_of("reservation.expired"))],
    )


@opens_transaction
def _renew_some(
    partner_id: int,
    scope: HoldScope,
    terms: HoldTerms,
    *,
    until: dt.datetime,
    now: dt.datetime,
    batch: int,
) -> int:
    """For the length of a quote each time, so that they never stand long in anyone's way."""
    return _count(
        "inventory_renew_holds(%s, %s, %s, %s, %s::interval, %s::interval, %s,"
        " %s::timestamptz, %s::timestamptz, %s::text[])",
        [
            partner_id,
            scope.channel,
            scope.exchange_type,
            scope.tier,
            terms.quote,
            terms.longest,
            batch,
            until,
            now,
            list(subscribers_of("reservation.extended")),
        ],
    )


def _count(function: str, parameters: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}", parameters)
        (number,) = cursor.fetchone()
    return int(number)

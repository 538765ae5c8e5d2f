"""The sweep that ends the holds whose time has come.

It only tidies up: a due hold neither commits nor stands in anyone's way, swept or not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core import clock
from core.asking import ask
from core.events import wake_couriers_on_commit
from core.transactions import opens_transaction
from inventory import queries
from inventory.rules import HoldScope, HoldTerms
from inventory.states import AtExpiry
from inventory.telling import heard_by

# So many holds a transaction: nobody who needs one of their levels waits for long.
BATCH = 200
# So many a call, which then ends well before the database would cut it off.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many holds one call ended, and its longest transaction, in seconds."""

    ended: int
    longest: float


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
    while swept := expire_some(until=until, now=now, batch=batch).ended:
        expired += swept
    if expired:
        wake_couriers_on_commit()
    return expired


def expire_some(*, until: dt.datetime, now: dt.datetime, batch: int = BATCH) -> Swept:
    """One call of a sweep: ends what was due by `until`, `MOST` of it, a transaction a batch.

    Inside somebody's transaction it is all theirs.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CALL inventory_sweep_holds(%s, %s, %s::timestamptz, %s::timestamptz, %s::text[],"
            " %s, 0, 0)",
            [
                batch,
                MOST,
                until,
                now,
                heard_by("reservation.expired"),
                connection.in_atomic_block,
            ],
        )
        ended, longest = cursor.fetchone()
    return Swept(ended, longest)


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
    parameters: list[Any] = [
        partner_id,
        scope.channel,
        scope.exchange_type,
        scope.tier,
        terms.quote,
        terms.longest,
        batch,
        until,
        now,
        heard_by("reservation.extended"),
    ]
    ((renewed,),) = ask(
        "SELECT inventory_renew_holds(%s, %s, %s, %s, %s::interval, %s::interval, %s,"
        " %s::timestamptz, %s::timestamptz, %s::text[])",
        parameters,
    )
    return int(renewed)

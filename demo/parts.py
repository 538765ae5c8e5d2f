"""Two are exchanged, and only one came: one has left for it, the other is held until its own comes.

The policy that every shop starts with lets what has come be replaced.
"""

from __future__ import annotations

import datetime as dt

from core.errors import DomainError
from demo.cases import NothingFits, Stage, arrive, deliver, inspect, open_exchange, send_off, ship
from exchanges.models import Exchange
from exchanges.states import ExchangeState


def tell_of_parts(stage: Stage) -> int:
    """One case, as far as anybody bought two of something; how many were opened."""
    try:
        exchange = _open(stage)
    except (DomainError, NothingFits):
        return 0
    case = exchange.return_case
    left = send_off(stage, case, moment=stage.after(exchange.opened_at, hours=30))
    there = arrive(stage, case, moment=stage.after(left, hours=45), units=1)
    passed = inspect(stage, case, moment=stage.after(there, hours=4))
    sent = ship(stage, exchange, moment=stage.after(passed, hours=5))
    deliver(stage, exchange, moment=stage.after(sent, hours=40))
    return 1


def _open(stage: Stage) -> Exchange:
    """One that waits for nothing but its goods; raises NothingFits."""
    for days in range(5, 19):
        opened_at = stage.now - dt.timedelta(days=days)
        try:
            exchange = open_exchange(stage, opened_at=opened_at, quantity=2)
        except NothingFits:
            continue
        exchange.refresh_from_db(fields=["state"])
        if exchange.state == ExchangeState.AWAITING_GOODS:
            return exchange
    raise NothingFits("a person looks at every one of them first")

"""Goods that are promised for the day on which they come, and held as soon as they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange
from exchanges.queries.backorders import PATIENCE
from exchanges.services.timeline import tell


@requires_transaction
def promise_rest(
    exchange: Exchange,
    *,
    kept: Collection[str] = (),
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Of the lines that may wait, put those on back-order of which too few are free now.

    Those in `kept` are held. The caller saves the exchange, and holds the others. What is free is
    never back-ordered.
    """
    lines = queries.list_lines(exchange)
    waiting = [
        line for line in lines if line.may_wait and line.rest and reference(line) not in kept
    ]
    days = queries.estimate_days(exchange, waiting, now=now) if waiting else {}
    for line in lines:
        day = days.get(line.pk)
        if line.backorder_day != day:
            line.backorder_day = day
            line.save()
    last = queries.find_backorder_day(exchange)
    exchange.backorder_ends_on = last + PATIENCE if last else None
    if last:
        tell(
            exchange,
            "backordered",
            units=queries.count_backordered(exchange),
            day=last.isoformat(),
            ends_on=(last + PATIENCE).isoformat(),
            actor=actor,
            now=now,
            op_id=op_id,
        )


@requires_transaction
def clear_promise(exchange: Exchange) -> None:
    """All of it is to be held from here on; where that fails the caller's transaction fails too."""
    for line in queries.list_lines(exchange):
        if line.backorder_day is not None:
            line.backorder_day = None
            line.save()
    if exchange.backorder_ends_on is not None:
        exchange.backorder_ends_on = None
        exchange.save()

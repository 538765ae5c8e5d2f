"""What becomes of a back-order whose goods come on another day, or not at all."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import opens_transaction, requires_transaction
from exchanges import locks, queries
from exchanges.queries.backorders import PATIENCE
from exchanges.rules import can_convert_to_refund
from exchanges.services.ending import close_what_is_settled, convert_locked
from exchanges.services.timeline import Who, tell
from policies.rules import local_day


@requires_transaction
def follow_moved_supply(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What it waits for comes on another day, or not at all: a later day is told the customer."""
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    before = queries.find_backorder_day(exchange)
    if before is None:
        return
    lines = [line for line in queries.list_lines(exchange) if line.backorder_day]
    days = queries.estimate_days(exchange, lines, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if len(days) < len(lines):
        tell(exchange, "promise_broken", promised=before.isoformat(), instead=None, **who)
        return
    for line in lines:
        line.backorder_day = days[line.pk]
        line.save()
    after = max(days.values())
    if after == before:
        return
    exchange.backorder_ends_on = after + PATIENCE
    exchange.save()
    if after > before:
        tell(
            exchange,
            "promise_broken",
            promised=before.isoformat(),
            instead=after.isoformat(),
            **who,
        )
    else:
        tell(exchange, "backorder_sooner", before=before.isoformat(), day=after.isoformat(), **who)


@opens_transaction
def end_backorder(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """It has not come within the days that a customer waits: they get their money instead.

    Says whether there was one to end. What money is under way for it is waited for.
    """
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    today = local_day(now, exchange.return_case.channel.time_zone)
    ends_on = exchange.backorder_ends_on
    if ends_on is None or today <= ends_on:
        return False
    facts = queries.read_facts(exchange)
    if facts.holds.covers_all or not can_convert_to_refund(facts).allowed:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    convert_locked(
        exchange,
        note=None,
        why="What it was back-ordered for has not come.",
        asks_policy=False,
        **who,
    )
    close_what_is_settled(exchange, **who)
    return True

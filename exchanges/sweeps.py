"""What the clock does to exchanges. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from exchanges import queries, services

BACKORDER_CLOCK = Actor.system("backorder-clock")
QUOTE_CLOCK = Actor.system("quote-clock")
WISHES = Actor.system("second-wishes")
BATCH = 200


def end_due_quotes(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Let unconfirmed quotes go whose time is over, each in its own transaction; counts them."""
    return sum(
        services.end_quote(exchange_id=exchange_id, actor=QUOTE_CLOCK, now=now)
        for exchange_id in queries.list_due_quotes(limit=batch)
    )


def end_due_backorders(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Give up what was back-ordered and has not come in time, each in its own; counts them."""
    due = queries.list_due_backorders(today=now.date(), limit=batch)
    return sum(
        services.end_backorder(exchange_id=exchange_id, actor=BACKORDER_CLOCK, now=now)
        for exchange_id in due
    )


def follow_wishes(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Take the second wishes whose first one ran out after its hold had ended; counts them."""
    return sum(
        services.follow_wish(exchange_id=exchange_id, actor=WISHES, now=now)
        for exchange_id in queries.list_wishing(limit=batch)
    )

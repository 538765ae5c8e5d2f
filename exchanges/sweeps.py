"""What the clock does to exchanges. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from exchanges import queries, services

QUOTE_CLOCK = Actor.system("quote-clock")
BATCH = 200


def end_due_quotes(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Let unconfirmed quotes go whose time is over, each in its own transaction; counts them."""
    return sum(
        services.end_quote(exchange_id=exchange_id, actor=QUOTE_CLOCK, now=now)
        for exchange_id in queries.list_due_quotes(limit=batch)
    )

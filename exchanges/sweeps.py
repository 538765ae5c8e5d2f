"""What the clock does to exchanges. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt
from functools import partial
from uuid import UUID, uuid5

from core.actors import Actor
from core.sweeping import try_each
from exchanges import queries, services
from fulfilment.models import Visit

BACKORDER_CLOCK = Actor.system("backorder-clock")
QUOTE_CLOCK = Actor.system("quote-clock")
VISIT_CLOCK = Actor.system("visit-clock")
WISHES = Actor.system("second-wishes")
BATCH = 200
# So that a visit is reminded of once for each time it was set, whichever of two sweeps is first.
REMINDER = UUID("8b0d6a1e-4c35-4f2b-9a57-6e1f0c2d7b48")


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


def remind_of_visits(*, now: dt.datetime) -> int:
    """Write once to everybody to whom a crew comes within a day; counts them.

    In one go: who heard of it within the day is looked at again each time, and would stand in the
    way of the others in a batch.
    """
    return try_each(
        queries.list_visits_to_remind(now=now),
        partial(_remind_of_visit, now=now),
        refused="visit_not_reminded",
    )


def _remind_of_visit(visit: Visit, *, now: dt.datetime) -> None:
    op_id = uuid5(REMINDER, f"{visit.pk}:{visit.day}:{visit.slot}")
    services.remind_of_visit(visit_id=visit.pk, actor=VISIT_CLOCK, op_id=op_id, now=now)


def follow_wishes(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Take the second wishes whose first one ran out after its hold had ended; counts them."""
    return sum(
        services.follow_wish(exchange_id=exchange_id, actor=WISHES, now=now)
        for exchange_id in queries.list_wishing(limit=batch)
    )

from __future__ import annotations

from celery import shared_task

from core import clock
from exchanges import sweeps


@shared_task(name="exchanges.end_quotes")
def end_quotes() -> int:
    """Let quotes go that nobody confirmed in time. By the schedule, every minute."""
    return sweeps.end_due_quotes(now=clock.now())


@shared_task(name="exchanges.end_backorders")
def end_backorders() -> int:
    """Give up back-orders that have not come. By the schedule, every hour."""
    return sweeps.end_due_backorders(now=clock.now())


@shared_task(name="exchanges.follow_wishes")
def follow_wishes() -> int:
    """Take second wishes whose turn has come. By the schedule, every minute."""
    return sweeps.follow_wishes(now=clock.now())


@shared_task(name="exchanges.remind_of_visits")
def remind_of_visits() -> int:
    """Remind of tomorrow's visits. By the schedule, every ten minutes."""
    return sweeps.remind_of_visits(now=clock.now())

from __future__ import annotations

from celery import shared_task

from core import clock
from returns import sweeps


@shared_task(name="returns.expire_overdue")
def expire_overdue() -> int:
    """End cases whose goods were never sent. By the schedule, every quarter of an hour."""
    return sweeps.expire_overdue(now=clock.now())


@shared_task(name="returns.remind")
def remind() -> int:
    """Remind customers of the last day to send their goods. By the schedule, every hour."""
    return sweeps.remind(now=clock.now())


@shared_task(name="returns.look_for_defects")
def look_for_defects() -> int:
    """Propose what fails more often than chance; counts once a day, however often it is called."""
    return sweeps.look_for_defects(now=clock.now())


@shared_task(name="returns.sweep_evidence")
def sweep_evidence() -> int:
    """Take away photos that belong to no case any more. By the schedule, every hour."""
    return sweeps.sweep_evidence(now=clock.now())

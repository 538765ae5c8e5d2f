from __future__ import annotations

from celery import shared_task

from core import clock
from returns import sweeps


@shared_task(name="returns.expire_overdue")
def expire_overdue() -> int:
    """End cases whose goods were never sent. By the schedule, every quarter of an hour."""
    return sweeps.expire_overdue(now=clock.now())

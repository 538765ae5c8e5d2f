from __future__ import annotations

from celery import shared_task

from core import clock
from policies import drifting


@shared_task(name="policies.watch_published")
def watch_published() -> int:
    """Compare live verdicts with what their backtest foretold. By the schedule, once a day."""
    return drifting.watch_published(now=clock.now())

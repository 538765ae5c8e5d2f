from __future__ import annotations

from celery import shared_task

from approvals import sweeps
from core import clock


@shared_task(name="approvals.expire_due")
def expire_due() -> int:
    """End requests that nobody decided in time."""
    return sweeps.expire_due(now=clock.now())

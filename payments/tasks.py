"""What Celery wakes. What waits is rows, so a lost or doubled wake-up is harmless."""

from __future__ import annotations

from celery import shared_task

from core import clock
from payments import courier


@shared_task(name="payments.carry_out")
def carry_out() -> int:
    """Ask providers for what is due; the schedule calls it too, for what a crash left behind."""
    return courier.carry_out_due(now=clock.now())

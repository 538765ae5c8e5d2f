"""What Celery wakes. What waits is rows, so a lost or doubled wake-up is harmless."""

from __future__ import annotations

from celery import shared_task
from kombu.exceptions import OperationalError

from core import clock
from fulfilment import courier, settling


@shared_task(name="fulfilment.send_messages")
def send_messages() -> int:
    """Tell warehouses what is due. By the schedule, every five seconds."""
    return courier.send_due(now=clock.now())


@shared_task(name="fulfilment.settle_reports")
def settle_reports() -> int:
    """Settle what warehouses reported; the schedule calls it too, for what a crash left."""
    return settling.settle_due(now=clock.now())


def wake_settling() -> None:
    """Ask for a round now. Without a broker the schedule's round finds the report."""
    try:
        settle_reports.delay()
    except OperationalError:
        return

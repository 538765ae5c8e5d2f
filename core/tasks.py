"""What Celery wakes. Each task finds its work in rows, so a lost or doubled message is harmless."""

from __future__ import annotations

from celery import shared_task

from core import deliveries


@shared_task(name="core.deliver_events")
def deliver_events() -> int:
    """Deliver what is due; the schedule calls it too, for what a crash left behind."""
    return deliveries.deliver_due()

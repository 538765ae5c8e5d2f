from __future__ import annotations

from celery import shared_task

from core import clock
from inventory import expiry


@shared_task(name="inventory.expire_holds")
def expire_holds() -> int:
    """Free the stock of holds that nobody used. By the schedule, every 15 seconds."""
    return expiry.expire_due(now=clock.now())

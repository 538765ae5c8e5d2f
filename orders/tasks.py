from __future__ import annotations

from celery import shared_task

from core import clock
from orders import sweeps


@shared_task(name="orders.serve_waiting_sales")
def serve_waiting_sales() -> int:
    """Take stock that came for sales that found none. By the schedule, every minute."""
    return sweeps.serve_waiting_sales(now=clock.now())

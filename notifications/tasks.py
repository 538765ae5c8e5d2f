from __future__ import annotations

from celery import shared_task

from core import clock
from notifications import courier, promise_sweep, webhook_courier


@shared_task(name="notifications.send_messages")
def send_messages() -> int:
    """Send what is due; the rows say what that is."""
    return courier.send_due(now=clock.now())


@shared_task(name="notifications.follow_promises")
def follow_promises() -> int:
    """End the promises whose day is over, so that we write before anybody asks."""
    return promise_sweep.end_days(now=clock.now())


@shared_task(name="notifications.send_webhooks")
def send_webhooks() -> int:
    """Tell partners' programs what is due."""
    return webhook_courier.send_due()

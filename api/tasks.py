from __future__ import annotations

from celery import shared_task

from api import services
from api.webhooks import feeding
from core import clock


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """Delete saved answers past their time; the next tick goes on where this one stopped."""
    return services.forget_answers(now=clock.now())


@shared_task(name="api.forget_requests")
def forget_requests() -> int:
    """Delete rows of the request log past their time, so many of them; says how many."""
    return services.forget_requests(now=clock.now())


@shared_task(name="api.feed_webhooks")
def feed_webhooks() -> int:
    """Write what partners' programs are to be told of what was sealed since."""
    return feeding.feed_all()

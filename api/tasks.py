from __future__ import annotations

from celery import shared_task

from api import services
from core import clock


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """Delete saved answers past their time; the next tick goes on where this one stopped."""
    return services.forget_answers(now=clock.now())

"""What Celery wakes. The documents that wait are rows, so a lost or doubled message is harmless."""

from __future__ import annotations

from uuid import uuid4

from celery import shared_task
from kombu.exceptions import OperationalError

from core import clock
from intake import services, waiting


@shared_task(name="intake.settle_documents")
def settle_documents() -> int:
    """Settle what waits; the schedule calls it too, for what a crash left behind."""
    return waiting.settle_waiting()


def wake() -> None:
    """Ask for a round now. Without a broker the schedule's round finds the document."""
    try:
        settle_documents.delay()
    except OperationalError:
        return


@shared_task(name="intake.release_parked")
def release_parked() -> int:
    """Queue what was parked and can go on, and ask about what has waited for too long."""
    now = clock.now()
    released = services.release_parked(actor=waiting.WORKER, op_id=uuid4(), now=now)
    services.give_up_parked(actor=waiting.WORKER, op_id=uuid4(), now=now)
    if released:
        wake()
    return released

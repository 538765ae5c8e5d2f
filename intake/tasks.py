"""What Celery wakes. The documents that wait are rows, so a lost or doubled message is harmless."""

from __future__ import annotations

from celery import shared_task
from kombu.exceptions import OperationalError

from intake import waiting


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

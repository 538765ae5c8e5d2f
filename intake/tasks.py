"""What Celery wakes. The documents that wait are rows, so a lost or doubled message is harmless."""

from __future__ import annotations

from uuid import uuid4

from celery import shared_task
from kombu.exceptions import OperationalError

from core import clock
from intake import running, services, waiting
from intake.services import fetching, polling

MOST_FETCHED = 50  # in one round


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


@shared_task(name="intake.help_backfill")
def help_backfill(job_id: int) -> None:
    """Take a part of a file that a job is at, and then queue behind whatever has come meanwhile."""
    if running.help_backfill(job_id, now=clock.now()):
        help_with(job_id)


def help_with(job_id: int) -> None:
    """Ask another worker to help. Nobody has to: the job takes every part that is left."""
    try:
        help_backfill.delay(job_id)
    except OperationalError:
        return


@shared_task(name="intake.poll_sources")
def poll_sources() -> int:
    """Ask the sources whose turn it is, one after the other; how many."""
    asked = 0
    while asked < MOST_FETCHED and polling.poll_next(now=clock.now()):
        asked += 1
    if asked:
        wake()
    return asked


@shared_task(name="intake.follow_up")
def follow_up() -> int:
    """Queue what was parked and can go on, ask about what has waited for too long, and fetch what
    notices announce, one after the other.
    """
    now = clock.now()
    moved = services.release_parked(actor=waiting.WORKER, op_id=uuid4(), now=now)
    services.give_up_parked(actor=waiting.WORKER, op_id=uuid4(), now=now)
    for _ in range(MOST_FETCHED):
        if not fetching.fetch_next(now=clock.now()):
            break
        moved += 1
    if moved:
        wake()
    return moved

"""What Celery wakes. Each task finds its work in rows, so a lost or doubled message is harmless."""

from __future__ import annotations

from celery import shared_task

from core import clock, deliveries, jobs, seals


@shared_task(name="core.deliver_events")
def deliver_events() -> int:
    """Deliver what is due; the schedule calls it too, for what a crash left behind."""
    return deliveries.deliver_due()


@shared_task(name="core.seal_events")
def seal_events(everything: bool = False) -> int:
    """Put new events into the audit chain; `everything` also looks for long forgotten ones."""
    return seals.seal_events(everything=everything)


# A job may take longer than any other task: its row, not the broker, says how far it is.
@shared_task(name="core.run_job", time_limit=3600, soft_time_limit=3500)
def run_job(job_id: int) -> bool:
    """Run one queued job; a second message for it finds nothing to do."""
    return jobs.run(job_id, now=clock.now())


@shared_task(name="core.run_waiting_jobs")
def run_waiting_jobs() -> None:
    """Call again for jobs whose wake-up was lost, and end those whose worker was."""
    jobs.fail_lost(now=clock.now())
    for job_id in jobs.list_waiting():
        run_job.delay(job_id)

"""Long work that shows its progress and can be left, watched and stopped.

The row is the record: Celery is only told to look. A job whose worker died is found by the
sweep and ends as failed; it may be started again, so runners must bear being run twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from core import clock
from core.actors import Actor
from core.asking import ask
from core.errors import BadInput, DomainError
from core.events import record, reference
from core.models import Job
from core.transactions import opens_transaction, requires_transaction

log = structlog.get_logger(__name__)

Runner = Callable[..., dict[str, Any] | None]

# How long a running job may be silent before it counts as lost with its worker.
SILENCE = dt.timedelta(minutes=5)
WORKER = Actor.system("job-worker")

_runners: dict[str, Runner] = {}


class UnknownJob(BadInput):
    """No app has registered a runner for this kind of job."""

    code = "unknown_job"


class StopWanted(Exception):
    """Somebody asked the running job to stop. Raised by `advance`; a runner lets it pass."""


def runs(kind: str) -> Callable[[Runner], Runner]:
    """Register ``runner(*, job, now) -> result`` for `kind`, from a module loaded at start."""

    def decorate(runner: Runner) -> Runner:
        _runners[kind] = runner
        return runner

    return decorate


@requires_transaction
def start(
    *,
    partner_id: int,
    kind: str,
    arguments: dict[str, Any],
    actor: Actor,
    now: dt.datetime,
    total: int | None = None,
) -> Job:
    """Put a job in the queue; it is begun after the caller's commit. `arguments` hold ids only."""
    if kind not in _runners:
        raise UnknownJob(f"Nobody runs jobs of kind “{kind}”.", field="kind")
    job = Job.objects.create(
        partner_id=partner_id,
        kind=kind,
        arguments=arguments,
        total=total,
        asked_by_id=actor.user_id,
        asked_at=now,
    )
    _tell(job, "asked", actor=actor, now=now)
    transaction.on_commit(partial(_wake, job.pk), robust=True)
    return job


def run(job_id: int, *, now: dt.datetime) -> bool:
    """Run a queued job here and now; False when somebody else has it or it is over."""
    job = _begin(job_id, now)
    if job is None:
        return False
    try:
        result = _runner(job.kind)(job=job, now=now)
    except StopWanted:
        _end(job.pk, Job.State.STOPPED, now=now, note="Stopped on request.")
    except Exception as error:
        log.exception("job_failed", job=job.pk, kind=job.kind)
        fail(job.pk, why=_describe(error), now=now)
    else:
        finish(job.pk, result or {}, now=now)
    return True


def advance(
    job_id: int, *, done: int = 0, failed: int = 0, total: int | None = None, note: str = ""
) -> None:
    """Count steps as they are made. Raises `StopWanted` when the job was asked to stop."""
    running = ask(
        "UPDATE core_job SET done = done + %s, failed = failed + %s,"
        " total = coalesce(%s, total), note = %s, alive_at = app_now()"
        " WHERE id = %s AND state = 'running' RETURNING stop_wanted",
        [done, failed, total, note[:200], job_id],
    )
    if running != [(False,)]:
        raise StopWanted


def finish(job_id: int, result: dict[str, Any], *, now: dt.datetime) -> None:
    """The job is done; `result` is what its page shows."""
    _end(job_id, Job.State.DONE, now=now, result=result)


def fail(job_id: int, *, why: str, now: dt.datetime) -> None:
    """The job could not be done; `why` is for people and names nobody."""
    _end(job_id, Job.State.FAILED, now=now, note=why)


@opens_transaction
def ask_to_stop(job_id: int, *, actor: Actor, now: dt.datetime) -> Job:
    """A queued job stops at once, a running one at its next step; an ended one stays as it is."""
    job = _lock(job_id)
    if job.state == Job.State.QUEUED:
        return _close(job, Job.State.STOPPED, actor=actor, now=now)
    job.stop_wanted = job.state == Job.State.RUNNING
    job.save()
    return job


def list_waiting() -> list[int]:
    """Ids of queued jobs, oldest first: what a lost wake-up left behind."""
    queued = Job.objects.filter(state=Job.State.QUEUED)
    return list(queued.order_by("id").values_list("pk", flat=True))


def fail_lost(*, now: dt.datetime) -> int:
    """End running jobs that have been silent for too long; returns how many."""
    silent_since = clock.database_now() - SILENCE
    lost = Job.objects.filter(state=Job.State.RUNNING, alive_at__lt=silent_since)
    ids = list(lost.values_list("pk", flat=True))
    for job_id in ids:
        fail(job_id, why="Its worker was lost.", now=now)
    return len(ids)


@opens_transaction
def _begin(job_id: int, now: dt.datetime) -> Job | None:
    queued = Job.objects.filter(pk=job_id, state=Job.State.QUEUED)
    job: Job | None = queued.select_for_update(skip_locked=True, no_key=True).first()
    if job is None:
        return None
    job.state, job.started_at, job.alive_at = Job.State.RUNNING, now, clock.database_now()
    job.save()
    return job


@opens_transaction
def _end(
    job_id: int,
    state: Job.State,
    *,
    now: dt.datetime,
    note: str = "",
    result: dict[str, Any] | None = None,
) -> None:
    job = _lock(job_id)
    if job.state == Job.State.RUNNING:  # else the sweep has given it up meanwhile
        job.note, job.result = note[:200] or job.note, result or {}
        _close(job, state, actor=WORKER, now=now)


def _close(job: Job, state: Job.State, *, actor: Actor, now: dt.datetime) -> Job:
    job.state, job.ended_at = state, now
    job.save()
    _tell(job, str(state), actor=actor, now=now)
    return job


def _lock(job_id: int) -> Job:
    job: Job = Job.objects.select_for_update(no_key=True).get(pk=job_id)
    return job


def _runner(kind: str) -> Runner:
    if kind not in _runners:
        raise UnknownJob(f"Nobody runs jobs of kind “{kind}”.", field="kind")
    return _runners[kind]


def _describe(error: Exception) -> str:
    """For the page: a refusal in its own words, anything else by its kind (texts name people)."""
    return error.message if isinstance(error, DomainError) else type(error).__name__


def _tell(job: Job, what: str, *, actor: Actor, now: dt.datetime) -> None:
    record(
        kind=f"job.{what}",
        partner_id=job.partner_id,
        subject=reference(job),
        actor=actor,
        now=now,
        data={"kind": job.kind, "done": job.done, "failed": job.failed},
    )


def _wake(job_id: int) -> None:
    from core.tasks import run_job

    run_job.delay(job_id)

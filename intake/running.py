"""The long work of intake, as jobs whose progress is seen and that may be stopped."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import partial
from itertools import count, islice
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from core import jobs
from core.actors import Actor
from core.errors import DomainError
from core.models import Job
from intake import services, waiting
from intake.models import Backfill, BackfillPart, ChannelDocument
from intake.services import backfilling, groups

SYSTEM = Actor.system("intake")
MOST_ERRORS = 50
PATIENCE = 0.2  # seconds between looks at what the helpers have left


@jobs.runs(groups.JOB)
def free_group(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """Send the documents of a group through again, each in a transaction of its own."""
    actor = _actor_of(job)
    outcomes: Counter[str] = Counter()
    errors: list[str] = []
    for document_id in job.arguments["documents"]:
        try:
            settled = groups.free_document(
                document_id=document_id,
                kind=job.arguments["kind"],
                details=job.arguments["details"],
                actor=actor,
                job=job.public_id,
                now=now,
            )
        except (DomainError, ChannelDocument.DoesNotExist) as refusal:
            errors.append(f"document {document_id}: {refusal}")
            jobs.advance(job.pk, failed=1)
            continue
        outcomes[settled.state if settled else "no longer waited"] += 1
        jobs.advance(job.pk, done=1)
    return {**outcomes, "errors": errors[:MOST_ERRORS]}


@jobs.runs(backfilling.JOB)
def backfill(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """Take the records of a file, a part at a time, with as many workers as are free to help."""
    file = _file_of(job)
    _ask_for_help(job)
    while backfilling.is_left(file.pk):
        with closing(take_backfill(file, actor=_actor_of(job), now=now)) as steps:
            for done in steps:
                jobs.advance(job.pk, done=done, note=file.name)
        # What a helper has is waited for; where the helper has died, its lease ends.
        jobs.advance(job.pk, note=file.name)
        if backfilling.is_left(file.pk):
            time.sleep(PATIENCE)
    file.refresh_from_db()
    return {"records": file.taken, "file": file.name}


def help_backfill(job_id: int, *, now: dt.datetime) -> bool:
    """Take one part of a running job's file; whether another may be left. One at a time, so that
    what came meanwhile and is more urgent gets its turn with the worker.
    """
    job = Job.objects.filter(pk=job_id, state=Job.State.RUNNING).first()
    if job is None:
        return False
    file = _file_of(job)
    has_part = False
    with closing(take_backfill(file, actor=_actor_of(job), now=now, parts=1)) as steps:
        try:
            for done in steps:
                has_part = True
                jobs.advance(job.pk, done=done, note=file.name)
        except jobs.StopWanted:
            return False
    return has_part


def take_backfill(
    file: Backfill, *, actor: Actor, now: dt.datetime, parts: int | None = None
) -> Generator[int, None, None]:
    """Take parts of a file that nobody else has, some hundred records at a time; how many after
    each step. Who stops in the middle of a part leaves the rest of it to others.
    """
    for _ in count() if parts is None else range(parts):
        claimed = backfilling.claim_part(file.pk)
        if claimed is None:
            return
        part_id, lease = claimed
        try:
            yield from _take_part(part_id, lease, actor=actor, now=now)
        finally:
            backfilling.release_part(part_id, lease)


def _take_part(part_id: int, lease: int, *, actor: Actor, now: dt.datetime) -> Iterator[int]:
    part = BackfillPart.objects.select_related("content__key").get(pk=part_id)
    records = backfilling.read_part(part)
    while some := list(islice(records, backfilling.STEP)):
        done = services.take_records(
            part_id=part_id, lease=lease, records=some, actor=actor, op_id=uuid4(), now=now
        )
        waiting.settle_waiting()
        yield done
        if not done:  # the lease has ended meanwhile
            return


def _ask_for_help(job: Job) -> None:
    from intake.tasks import help_with

    for _ in range(settings.INTAKE_BACKFILL_WORKERS - 1):
        transaction.on_commit(partial(help_with, job.pk), robust=True)


def _file_of(job: Job) -> Backfill:
    return Backfill.objects.select_related("channel").get(pk=job.arguments["backfill"])


def _actor_of(job: Job) -> Actor:
    return Actor.user(job.asked_by) if job.asked_by else SYSTEM

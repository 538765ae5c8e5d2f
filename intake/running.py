"""The long work of intake, as jobs whose progress is seen and that may be stopped."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from core import jobs
from core.actors import Actor
from core.errors import DomainError
from core.models import Job
from intake import services, waiting
from intake.models import Backfill, ChannelDocument
from intake.services import backfilling, groups

SYSTEM = Actor.system("intake")
MOST_ERRORS = 50


@jobs.runs(groups.JOB)
def free_group(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """Send the documents of a group through again, each in a transaction of its own."""
    actor = Actor.user(job.asked_by) if job.asked_by else SYSTEM
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
    """Take the records of a file, some at a time, and settle them as they come."""
    file = Backfill.objects.select_related("channel").get(pk=job.arguments["backfill"])
    actor = Actor.user(job.asked_by) if job.asked_by else SYSTEM
    taken = 0
    for done in take_backfill(file, actor=actor, now=now):
        taken += done
        jobs.advance(job.pk, done=done, note=file.name)
    return {"records": taken, "file": file.name}


def take_backfill(file: Backfill, *, actor: Actor, now: dt.datetime) -> Iterator[int]:
    """Take what is left of a file, some hundred records at a time; how many after each step."""
    records = backfilling.read_from(file)
    while some := list(islice(records, backfilling.STEP)):
        services.take_records(
            backfill_id=file.pk, records=some, actor=actor, op_id=uuid4(), now=now
        )
        waiting.settle_waiting()
        yield len(some)

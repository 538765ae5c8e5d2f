"""The job that writes to everybody who has a lot with a known defect at home."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from core import jobs
from core.models import Job
from returns.models import DefectPattern
from returns.queries.radar import list_concerned
from returns.services.telling import JOB, POSTMAN, write_to_customer

ONE_LETTER = UUID("b0c51a9d-3d0b-4d7a-a4a9-2c6b7d9f1e55")


@jobs.runs(JOB)
def tell_everybody(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """One letter after another, each in a transaction of its own; run again it adds no second."""
    pattern = DefectPattern.objects.select_related("variant__product").get(
        pk=job.arguments["pattern"]
    )
    event_id, written = job.arguments["event"], 0
    concerned = [each for each in list_concerned(pattern, now=now) if each.can_be_written_to]
    jobs.advance(job.pk, total=len(concerned))
    for each in concerned:
        letter = write_to_customer(
            pattern_id=pattern.pk,
            customer_id=each.customer.pk,
            units=each.units,
            event_id=event_id,
            actor=POSTMAN,
            op_id=uuid5(ONE_LETTER, f"{event_id}:{each.customer.pk}"),
            now=now,
        )
        written += letter is not None
        jobs.advance(job.pk, done=1)
    return {"Letters": written, "Told before": len(concerned) - written}

"""What the calendar does to returns. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

import structlog

from core.actors import Actor
from core.errors import DomainError
from returns import queries, services

log = structlog.get_logger(__name__)

CALENDAR = Actor.system("return-calendar")
BATCH = 200
# So that a case expires once, whichever of two sweeps comes first.
EXPIRY = UUID("6f0e5f3c-5c1b-4a55-9d0a-2f6b8f1d7c11")


def expire_overdue(*, now: dt.datetime, batch: int = BATCH) -> int:
    """End cases whose goods never set off, each in its own transaction; counts them.

    A case that moved on meanwhile is left alone.
    """
    ended = 0
    for case in queries.list_overdue(now=now, limit=batch):
        op_id = uuid5(EXPIRY, f"{case.pk}:{case.send_back_by}")
        try:
            services.expire_return(return_id=case.pk, actor=CALENDAR, op_id=op_id, now=now)
        except DomainError as refusal:
            log.info("return_not_expired", return_id=case.pk, code=refusal.code)
        else:
            ended += 1
    return ended

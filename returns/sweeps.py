"""What the calendar does to returns. The rows say what is due, so a sweep may run twice or late."""

from __future__ import annotations

import datetime as dt
from functools import partial
from uuid import UUID, uuid4, uuid5

from core import private_files
from core.actors import Actor
from core.sweeping import try_each
from returns import photos, queries, services
from returns.models import Return
from returns.queries.evidence import list_unknown, list_unreadable
from returns.queries.radar import list_partners
from returns.queries.reminders import list_to_remind
from returns.states import ReturnState

CALENDAR = Actor.system("return-calendar")
BATCH = 200
# So that a case expires once, whichever of two sweeps comes first.
EXPIRY = UUID("6f0e5f3c-5c1b-4a55-9d0a-2f6b8f1d7c11")
REMINDER = UUID("3c1f0a54-7a0e-4b6f-9f0e-2f0d6a7f2b94")
RADAR = Actor.system("defect-radar")
DAY_OF_RADAR = UUID("0d7a4c2e-9a57-4b1e-8a4d-57a6f1b9c3e2")
PHOTO_SWEEP = Actor.system("evidence-sweep")
# A photo whose row is being written has less to wait; one without a case may be of a long call.
ORPHAN_AFTER = dt.timedelta(hours=1)
WAITING_AFTER = dt.timedelta(days=1)


def expire_overdue(*, now: dt.datetime, batch: int = BATCH) -> int:
    """End cases whose goods never set off, and give up the rest of those that came in part.

    Each in its own transaction; counts them. A case that moved on meanwhile is left alone.
    """
    return try_each(
        queries.list_overdue(now=now, limit=batch),
        partial(_expire, now=now),
        refused="return_not_expired",
    )


def _expire(case: Return, *, now: dt.datetime) -> None:
    expire = (
        services.expire_rest
        if case.state == ReturnState.PARTLY_RECEIVED
        else services.expire_return
    )
    op_id = uuid5(EXPIRY, f"{case.pk}:{case.send_back_by}:{case.state}")
    expire(return_id=case.pk, actor=CALENDAR, op_id=op_id, now=now)


def remind(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Write once to everybody whose last day is near; counts them."""
    return try_each(
        list_to_remind(now=now, limit=batch),
        partial(_remind, now=now),
        refused="return_not_reminded",
    )


def _remind(case: Return, *, now: dt.datetime) -> None:
    op_id = uuid5(REMINDER, f"{case.pk}:{case.send_back_by}")
    services.remind_of_last_day(return_id=case.pk, actor=CALENDAR, op_id=op_id, now=now)


def look_for_defects(*, now: dt.datetime) -> int:
    """The day's look of each partner's radar; how many patterns stand out."""
    found = 0
    for partner_id in list_partners():
        op_id = uuid5(DAY_OF_RADAR, f"{partner_id}:{now:%Y-%m-%d}")
        found += len(
            services.look_for_defects(partner_id=partner_id, actor=RADAR, op_id=op_id, now=now)
        )
    return found


def sweep_evidence(*, now: dt.datetime) -> int:
    """Files without a row, photos nobody opened a case for, photos whose key is gone; counts files.

    Ages of files are by the clock of the machine that wrote them.
    """
    services.end_waiting_evidence(
        before=now - WAITING_AFTER, actor=PHOTO_SWEEP, op_id=uuid4(), now=now
    )
    removed = 0
    old = list(private_files.list_older_than(dt.datetime.now(dt.UTC) - ORPHAN_AFTER))
    whole = [name for name in old if not private_files.remove_half_written(name)]
    removed += len(old) - len(whole)
    owners = {name: name.removesuffix(photos.SMALL) for name in whole}
    gone = list_unknown(set(owners.values())) | list_unreadable(set(owners.values()))
    for name, owner in owners.items():
        if owner in gone:
            private_files.remove(name)
            removed += 1
    return removed

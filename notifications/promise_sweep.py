"""Looks for promises whose day is over; each ends in a transaction of its own, once."""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, uuid5

from core.actors import Actor
from notifications import services
from notifications.queries import list_over

DESK = Actor.system("promises")
AT_ONCE = 500


def end_days(*, now: dt.datetime) -> int:
    """Returns how many ended."""
    ended = 0
    for pk in list_over(now=now, limit=AT_ONCE):
        op_id = uuid5(NAMESPACE_URL, f"promise:{pk}:{now.date()}")
        ended += services.end_day(promise_id=pk, actor=DESK, op_id=op_id, now=now) is not None
    return ended

"""When a customer is reminded of a link to pay by."""

from __future__ import annotations

import datetime as dt

REMIND_BEFORE = dt.timedelta(days=1)
# Less than this is no time to read a letter and pay.
LEAST = dt.timedelta(minutes=10)


def reminds_at(*, asked_at: dt.datetime, expires_at: dt.datetime) -> dt.datetime | None:
    """When the last quarter of its life begins, at most a day before its end; None for a short one.

    A hold of two hours is reminded of half an hour before, one of a week the day before.
    """
    left = min(REMIND_BEFORE, (expires_at - asked_at) / 4)
    return expires_at - left if left >= LEAST else None

"""When somebody who owes goods is reminded, is late, and pays for them instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """What a day asks of a running obligation. Missed reminders are sent as one."""

    reminders: int
    falls_due: bool
    is_charged: bool


def plan_day(
    *,
    today: dt.date,
    opened_on: dt.date,
    due_on: dt.date,
    grace_days: int,
    reminder_days: Sequence[int],
) -> DueStep:
    """How many reminders ought to have left by `today`, and whether patience has ended.

    Grace ends with its last day: due on day 21 with 7 days of grace is charged on day 28.
    """
    return DueStep(
        reminders=sum(today >= opened_on + dt.timedelta(days=day) for day in reminder_days),
        falls_due=today >= due_on,
        is_charged=today >= due_on + dt.timedelta(days=grace_days),
    )


def age_in_words(due_on: dt.date, today: dt.date) -> str:
    """The column of an aging list: not due, or by how many days it is late."""
    late = (today - due_on).days
    if late <= 0:
        return "not due"
    for limit in (7, 30, 60, 90):
        if late <= limit:
            return f"up to {limit} days"
    return "over 90 days"

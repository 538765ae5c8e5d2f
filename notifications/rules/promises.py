"""How a day that somebody was told stands; no database, no clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

AT_RISK_WITHIN = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """`code` is on_time, at_risk or over; `why` is for staff."""

    code: str
    why: str = ""


def judge_promise(
    *, promised_on: dt.date, expected_on: dt.date | None, today: dt.date, risk: str = ""
) -> Standing:
    """`today` is the day where the person is. A promise holds until its day is over there.

    `risk` is what somebody who knows the goods has said about it.
    """
    if today > promised_on:
        return Standing("over", f"{_days(today - promised_on)} late")
    if expected_on and expected_on > promised_on:
        return Standing("at_risk", f"expected {_days(expected_on - promised_on)} later than said")
    if risk:
        return Standing("at_risk", risk)
    left = promised_on - today
    if left > AT_RISK_WITHIN:
        return Standing("on_time")
    return Standing("at_risk", "due today, not there yet" if not left else "due tomorrow")


def _days(span: dt.timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"

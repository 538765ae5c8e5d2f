"""Whose last day to send the goods is near, and who were not reminded of it yet."""

from __future__ import annotations

import datetime as dt

from core.events import reference
from core.models import Event
from returns.models import Return
from returns.rules import REMIND_BEFORE
from returns.states import ReturnState

HALF_THE_EARTH = dt.timedelta(hours=14)


def list_to_remind(*, now: dt.datetime, limit: int) -> list[Return]:
    """Whether the day is near in their own shop's time zone, the command decides."""
    last = (now + HALF_THE_EARTH).date() + REMIND_BEFORE
    near = Return.objects.filter(
        state=ReturnState.AUTHORISED,
        send_back_by__range=((now - HALF_THE_EARTH).date(), last),
    )
    cases = {reference(case): case for case in near.order_by("send_back_by", "pk")}
    kept = Event.objects.filter(kind="exchange.kept_by_customer", case__in=cases)
    for name in kept.values_list("case", flat=True):
        cases.pop(name, None)  # they have said that it does not come
    told = set(
        Event.objects.filter(kind="return.send_back_due", subject__in=cases).values_list(
            "subject", "data__send_back_by"
        )
    )
    return [
        case
        for name, case in cases.items()
        if case.send_back_by and (name, case.send_back_by.isoformat()) not in told
    ][:limit]

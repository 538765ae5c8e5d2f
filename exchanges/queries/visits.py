"""Appointments of the next day, and who were not reminded of theirs yet."""

from __future__ import annotations

import datetime as dt

from core.models import Event
from fulfilment import queries as parcels
from fulfilment.models import Visit
from fulfilment.rules import REMIND_BEFORE

HALF_THE_EARTH = dt.timedelta(hours=14)
SAYS_WHEN = ("exchange.visit_arranged", "exchange.visit_moved")
REMINDER = "exchange.visit_near"


def list_visits_to_remind(*, now: dt.datetime) -> list[Visit]:
    """Whether it is near where the customer lives, the command decides.

    One that was moved is another: the day and slot are looked for in what was told.
    """
    near = parcels.list_scheduled(
        kind="exchange",
        first=(now - HALF_THE_EARTH).date(),
        last=(now + HALF_THE_EARTH + REMIND_BEFORE).date(),
    )
    subjects = [visit.work_order.reference for visit in near]
    told = set(
        Event.objects.filter(kind=REMINDER, subject__in=subjects).values_list(
            "data__visit", "data__day", "data__slot"
        )
    )
    return [visit for visit in near if (visit.pk, visit.day.isoformat(), visit.slot) not in told]


def find_told(visit: Visit) -> dt.datetime:
    """When the customer last heard of this day and slot."""
    told = Event.objects.filter(
        kind__in=SAYS_WHEN, subject=visit.work_order.reference, data__visit=visit.pk
    )
    at: dt.datetime = told.latest("pk").at
    return at

"""Days that were told to people, and how they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core.formats import local_date
from core.models import User
from core.roles import Permission
from notifications.models import Promise
from notifications.rules import Standing, judge_promise
from notifications.states import PromiseState

# Nobody's day is over later than this after it is over in UTC.
LONGEST_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JudgedPromise:
    promise: Promise
    standing: Standing


def judge(promise: Promise, *, now: dt.datetime) -> Standing:
    return judge_promise(
        promised_on=promise.promised_on,
        expected_on=promise.expected_on,
        risk=promise.risk,
        today=local_date(now, promise.time_zone),
    )


def list_promises(*, user: User) -> QuerySet[Promise]:
    """Those of customers that the user may see, the nearest day first."""
    seen = Promise.objects.visible_to(user, Permission.SEE_CASES)
    return seen.select_related("message", "partner").order_by("promised_on", "pk")


def list_at_risk(*, user: User, now: dt.datetime, limit: int = 200) -> list[JudgedPromise]:
    """What we are about to break, or have broken and not mended: the first to look after."""
    ours = list_promises(user=user).filter(is_ours=True)
    soon = (now + 2 * LONGEST_DAY).date()
    doubtful = (
        Q(state=PromiseState.OPEN, promised_on__lte=soon)
        | Q(state=PromiseState.OPEN, expected_on__isnull=False)
        | (Q(state=PromiseState.OPEN) & ~Q(risk=""))
    )
    found = ours.filter(doubtful | Q(state=PromiseState.BROKEN))[:limit]
    judged = [JudgedPromise(promise, judge(promise, now=now)) for promise in found]
    return [each for each in judged if each.standing.code != "on_time"]


def count_at_risk(*, user: User, now: dt.datetime) -> int:
    return len(list_at_risk(user=user, now=now))


def list_over(*, now: dt.datetime, limit: int) -> list[int]:
    """Open promises whose day is over where the person is."""
    maybe = Promise.objects.filter(
        state=PromiseState.OPEN, promised_on__lte=(now + LONGEST_DAY).date()
    ).order_by("promised_on", "pk")
    over = (each.pk for each in maybe.iterator() if judge(each, now=now).code == "over")
    return [pk for pk, _ in zip(over, range(limit), strict=False)]


def list_of_case(case: str) -> list[Promise]:
    return list(Promise.objects.filter(case=case).select_related("message").order_by("pk"))

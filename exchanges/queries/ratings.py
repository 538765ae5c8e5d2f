"""What customers say of their cases, compared by how these ended."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)

from core.models import User
from core.roles import Permission
from exchanges.models import Exchange
from exchanges.states import ExchangeState
from returns.models import Rating, ReturnLine
from returns.states import Outcome

# In the order they are shown. An exchange counts as one only where it came to its end.
OUTCOMES = ("refund", "credit", "even", "upgrade", "downgrade", "repair")
CAME_TO_AN_END = (ExchangeState.COMPLETED, ExchangeState.CONVERTED_TO_SALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedOutcome:
    """Cases that ended alike. `counts` are by score, 1 first."""

    outcome: str
    counts: tuple[int, int, int, int, int]

    @property
    def ratings(self) -> int:
        return sum(self.counts)

    @property
    def average(self) -> Decimal | None:
        if not self.ratings:
            return None
        total = sum(score * count for score, count in enumerate(self.counts, start=1))
        return (Decimal(total) / self.ratings).quantize(Decimal("0.01"))

    @property
    def content(self) -> int:
        """Those who gave 4 or 5: what is commonly called CSAT."""
        return self.counts[3] + self.counts[4]


def compare_ratings(*, user: User, since: dt.datetime) -> list[RatedOutcome]:
    """Every outcome, also those that nobody has rated, of cases that `user` may decide on."""
    rows = (
        _with_outcome(_visible(user).filter(rated_at__gte=since))
        .values_list("outcome", "score")
        .annotate(number=Count("pk"))
    )
    return count_by_outcome((outcome, score, number) for outcome, score, number in rows)


def count_by_outcome(rows: Iterable[tuple[str, int, int]]) -> list[RatedOutcome]:
    """Rows are outcome, score and how many."""
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
    for outcome, score, number in rows:
        counts[outcome][score - 1] += number
    found = []
    for outcome in OUTCOMES:
        one, two, three, four, five = counts[outcome]
        found.append(RatedOutcome(outcome=outcome, counts=(one, two, three, four, five)))
    return found


def list_newest_ratings(*, user: User, limit: int) -> list[Rating]:
    """With `outcome`, newest first."""
    rated = _with_outcome(_visible(user)).select_related("return_case__channel", "note")
    return list(rated.order_by("-rated_at", "-pk")[:limit])


def _visible(user: User) -> QuerySet[Rating]:
    return Rating.objects.visible_to(user, Permission.DECIDE_CASE)


def _with_outcome(ratings: QuerySet[Rating]) -> QuerySet[Any]:
    """An exchange by what it cost; else a repair, store credit, or money."""
    exchanges = Exchange.objects.filter(
        return_case=OuterRef("return_case"), state__in=CAME_TO_AN_END
    )
    lines = ReturnLine.objects.filter(return_case=OuterRef("return_case"))
    return ratings.annotate(
        due=Subquery(exchanges.order_by("-pk").values("accepted_quote__due")[:1])
    ).annotate(
        outcome=Case(
            When(due__gt=0, then=Value("upgrade")),
            When(due__lt=0, then=Value("downgrade")),
            When(due=F("due"), then=Value("even")),
            When(Exists(lines.filter(outcome=Outcome.REPAIR)), then=Value("repair")),
            When(Exists(lines.filter(outcome=Outcome.STORE_CREDIT)), then=Value("credit")),
            default=Value("refund"),
            output_field=CharField(),
        )
    )

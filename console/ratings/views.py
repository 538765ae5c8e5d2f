"""Ratings, compared by how a case ended, and the newest with their words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import EmptyState
from console.reader import Reader
from core.permissions import requires
from core.roles import Permission
from exchanges.queries.ratings import RatedOutcome, compare_ratings, list_newest_ratings
from returns.models import Rating

LOOKS_BACK = dt.timedelta(days=90)
MOST_SHOWN = 30
WORDS = {
    "refund": "Refund",
    "credit": "Store credit",
    "even": "Exchange, even",
    "upgrade": "Exchange, customer paid",
    "downgrade": "Exchange, we paid back",
    "repair": "Repair",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    label: str
    ratings: int
    average: str
    content: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow:
    case: str
    url: str
    score: int
    outcome: str
    words: str
    when: str


@require_GET
@requires(Permission.DECIDE_CASE)
def ratings(request: HttpRequest) -> HttpResponse:
    """What leads look at: does an exchange leave people happier than a refund?"""
    reader = Reader.of(request)
    compared = compare_ratings(user=reader.user, since=reader.now - LOOKS_BACK)
    newest = list_newest_ratings(user=reader.user, limit=MOST_SHOWN)
    context = {
        "rows": [_draw_outcome(each) for each in compared] if newest else [],
        "newest": [_draw_rating(each, reader) for each in newest],
        "days": LOOKS_BACK.days,
        "empty": EmptyState(
            title="Nobody has rated a case yet",
            words="Customers are asked on their own page when a case is done.",
            icon="check",
        ),
    }
    return render(request, "console/ratings.html", context)


def _draw_outcome(one: RatedOutcome) -> OutcomeRow:
    return OutcomeRow(
        label=WORDS[one.outcome],
        ratings=one.ratings,
        average="" if one.average is None else str(one.average),
        content=f"{round(100 * one.content / one.ratings)} %" if one.ratings else "",
        counts=one.counts,
    )


def _draw_rating(rating: Rating, reader: Reader) -> RatingRow:
    number = rating.return_case.number
    outcome: str = getattr(rating, "outcome", "refund")
    return RatingRow(
        case=number,
        url=reverse("console:case", args=[number]),
        score=rating.score,
        outcome=WORDS[outcome],
        words=rating.note.text if rating.note else "",
        when=reader.day(rating.rated_at),
    )

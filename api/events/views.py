from __future__ import annotations

from typing import Any, Literal, TypedDict

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.decisions.telling import CaseNamed
from api.pages import Cursor as Position
from api.pages import CursorField
from api.questions import Question
from api.scopes import Scope
from api.shapes import AllowedAction, Cursor, Moment
from api.views import ApiView
from api.webhooks.kinds import PUBLISHED
from api.webhooks.news import list_news
from core import seals

MOST_EVENTS = 100
# Seals of every partner count together: an answer looks through so many at most.
MOST_LOOKED_THROUGH = 10_000


class EventTold(TypedDict):
    """Something that happened, as a webhook tells it: ids and facts, never a person.

    `allowed_actions` is always empty: what has happened is not changed.
    """

    object: Literal["event"]
    id: str
    type: str
    timestamp: Moment
    data: dict[str, Any]
    case: CaseNamed | None
    channel: str | None
    allowed_actions: list[AllowedAction]
    livemode: bool


class EventFeed(TypedDict):
    """`next` is where to go on from, whether or not there was anything."""

    data: list[EventTold]
    next: Cursor
    has_more: bool


class EventQuestion(Question):
    after = CursorField(required=False)
    type = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(set(PUBLISHED.values()))),
        required=False,
        max_length=100,
        help_text="Only of these; it may be given several times.",
    )
    limit = serializers.IntegerField(
        required=False, default=MOST_EVENTS, min_value=1, max_value=MOST_EVENTS
    )


class Events(ApiView):
    """The feed: what happened after a position, oldest first.

    Without `after` it says only where it ends, for who starts to follow it.
    """

    scopes = {"GET": Scope.READ_EVENTS}
    question = EventQuestion
    answers = {"GET": EventFeed}

    def get(self, request: Request) -> Response:
        newest = seals.head().sequence
        after: Position | None = self.asked.get("after")
        if after is None:
            return Response({"data": [], "next": str(Position(">", newest)), "has_more": False})
        upto = min(after.pk + MOST_LOOKED_THROUGH, max(newest, after.pk))
        news = list_news(
            partner=self.partner,
            after=after.pk,
            upto=upto,
            names=self.asked.get("type"),
            limit=self.asked["limit"],
        )
        if len(news) == self.asked["limit"]:
            upto = news[-1].position
        feed: EventFeed = {
            "data": [_event(each.event_id, each.body) for each in news],
            "next": Cursor(str(Position(">", upto))),
            "has_more": upto < newest,
        }
        return Response(feed)


def _event(event_id: str, body: dict[str, Any]) -> EventTold:
    return {
        "object": "event",
        "id": event_id,
        "type": body["type"],
        "timestamp": body["timestamp"],
        "data": body["data"],
        "case": body["case"],
        "channel": body["channel"],
        "allowed_actions": [],
        "livemode": body["livemode"],
    }

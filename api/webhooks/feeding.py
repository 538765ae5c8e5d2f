"""What has been sealed since becomes messages to each endpoint that wants to hear of it."""

from __future__ import annotations

from uuid import uuid4

from api.webhooks.books import describe_changes
from api.webhooks.kinds import PUBLISHED
from api.webhooks.news import list_news
from core import clock
from core.actors import Actor
from notifications import queries, services
from notifications.models import WebhookEndpoint
from notifications.rules import is_told_of
from notifications.services import Told

FEEDER = Actor.system("webhook-feed")


def feed_all() -> int:
    """Bring every endpoint up to the last seal; returns how many messages were written."""
    return sum(_feed_wholly(pk) for pk in queries.list_endpoints_to_feed())


def _feed_wholly(endpoint_id: int) -> int:
    written = 0
    while (found := _feed_a_stretch(endpoint_id)) is not None:
        written += found
    return written


def _feed_a_stretch(endpoint_id: int) -> int | None:
    return services.feed_endpoint(
        endpoint_id=endpoint_id,
        find_news=find_news,
        actor=FEEDER,
        op_id=uuid4(),
        now=clock.now(),
    )


def find_news(*, endpoint: WebhookEndpoint, after: int, upto: int) -> list[Told]:
    """The published events of a stretch of seals that the endpoint asks for, in their order."""
    names = {name for name in PUBLISHED.values() if is_told_of(endpoint.kinds, name)}
    told = []
    for news in list_news(partner=endpoint.partner, after=after, upto=upto, names=names):
        if endpoint.channel and news.body["channel"] != endpoint.channel:
            continue
        body = news.body
        if endpoint.keeps_books and (changes := describe_changes(news.event)):
            body["changes"] = changes
        told.append(Told(event=news.event, kind=body["type"], body=body))
    return told

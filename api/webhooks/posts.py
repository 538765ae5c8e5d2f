"""Endpoints and messages as the API tells of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from api.shapes import Moment, moment
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.states import WebhookState


class WebhookEndpointTold(TypedDict):
    """Where a program listens, and how it fares."""

    object: Literal["webhook_endpoint"]
    id: str
    name: str
    url: str
    kinds: list[str]
    channel: str | None
    keeps_books: bool
    last_sequence: int
    failures: int
    paused_at: Moment | None
    disabled_at: Moment | None
    last_heard_at: Moment | None
    livemode: bool


class WebhookEndpointList(TypedDict):
    data: list[WebhookEndpointTold]


class WebhookMessageTold(TypedDict):
    """One message, under the number by which its endpoint counts."""

    object: Literal["webhook_message"]
    id: str
    endpoint: str
    sequence: int
    kind: str
    state: Annotated[str, WebhookState]
    attempts: int
    queued_at: Moment
    taken_at: Moment | None
    acknowledged_at: Moment | None
    body: dict[str, Any]
    livemode: bool


class WebhookReplayTold(TypedDict):
    """How many messages are sent again."""

    object: Literal["webhook_replay"]
    messages: int
    livemode: bool


def endpoint(row: WebhookEndpoint, livemode: bool) -> WebhookEndpointTold:
    return {
        "object": "webhook_endpoint",
        "id": row.public_id,
        "name": row.name,
        "url": row.url,
        "kinds": row.kinds,
        "channel": row.channel or None,
        "keeps_books": row.keeps_books,
        "last_sequence": row.last_told,
        "failures": row.failures,
        "paused_at": moment(row.paused_at),
        "disabled_at": moment(row.disabled_at),
        "last_heard_at": moment(row.last_heard_at),
        "livemode": livemode,
    }


def message(row: WebhookMessage, livemode: bool) -> WebhookMessageTold:
    return {
        "object": "webhook_message",
        "id": row.public_id,
        "endpoint": row.endpoint.public_id,
        "sequence": row.sequence,
        "kind": row.kind,
        "state": row.state,
        "attempts": row.attempts,
        "queued_at": moment(row.queued_at),
        "taken_at": moment(row.taken_at),
        "acknowledged_at": moment(row.acknowledged_at),
        "body": row.body,
        "livemode": livemode,
    }

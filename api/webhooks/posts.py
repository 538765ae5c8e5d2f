"""Endpoints and messages as the API tells of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from api.shapes import AllowedAction, Moment, action, moment
from core.verdicts import Verdict
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.states import WebhookState


class WebhookEndpointTold(TypedDict):
    """Where a program listens, and how it fares.

    `replay` is `POST /webhook-endpoints/{id}/replay`.
    """

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
    allowed_actions: list[AllowedAction]
    livemode: bool


class WebhookEndpointList(TypedDict):
    data: list[WebhookEndpointTold]


class WebhookMessageTold(TypedDict):
    """One message, under the number by which its endpoint counts.

    `allowed_actions` are `POST /webhook-messages/{id}/{action}`.
    """

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
    allowed_actions: list[AllowedAction]
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
        "allowed_actions": [
            action("replay", Verdict.of(None if row.last_told else "Nothing was told there yet."))
        ],
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
        "allowed_actions": [
            action("acknowledge", Verdict.of(_is_heard(row) and "It is acknowledged already.")),
            action("resend", Verdict.allow()),
        ],
        "body": row.body,
        "livemode": livemode,
    }


def _is_heard(row: WebhookMessage) -> bool:
    return row.state == WebhookState.ACKNOWLEDGED

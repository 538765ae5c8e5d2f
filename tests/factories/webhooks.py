"""Endpoints of partners' programs, opened through the services."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from api.webhooks import feeding
from core import seals
from core.actors import Actor
from core.models import Partner
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.services import add_secret, open_endpoint
from tests.factories.people import make_partner
from tests.factories.swaps import NOW

OPERATOR = Actor.system("test")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def make_endpoint(
    *kinds: str, partner: Partner | None = None, secret: str = SECRET, **fields: Any
) -> WebhookEndpoint:
    """Told of exchanges unless kinds are named; signs with `SECRET` unless told otherwise."""
    defaults: dict[str, Any] = {
        "name": "Shop sync",
        "url": "https://shop.example.com/hooks",
        "channel": "",
        "keeps_books": False,
    }
    endpoint = open_endpoint(
        partner_id=(partner or make_partner()).pk,
        kinds=kinds or ["exchange.*"],
        actor=OPERATOR,
        op_id=uuid4(),
        now=NOW,
        **defaults | fields,
    )
    if secret:
        add_secret(endpoint=endpoint, secret=secret, actor=OPERATOR, op_id=uuid4(), now=NOW)
    return endpoint


def feed() -> list[WebhookMessage]:
    """Seal what happened, tell every endpoint; all messages there are, by their number."""
    seals.seal_events()
    feeding.feed_all()
    return list(WebhookMessage.objects.order_by("endpoint", "sequence"))

"""A channel and the shortest way of sending documents through it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from core.actors import Actor
from intake import services
from intake.models import ChannelDocument
from orders.models import Channel
from tests.intake.documents import body

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
DESK = Actor.system("test")


def make_channel(kind: str = "shopify", account: str = "shop", **changes: Any) -> Channel:
    channel = services.open_channel(kind=kind, account=account, actor=DESK, op_id=uuid4(), now=NOW)
    for field, value in changes.items():
        setattr(channel, field, value)
    channel.save()
    return channel


def receive(channel: Channel, document: Any, *, topic: str = "") -> ChannelDocument:
    """Store a document, or raw bytes, without looking into it."""
    content = document if isinstance(document, bytes) else body(document)
    return services.receive_document(
        channel=channel,
        content=content,
        topic=topic,
        source="test.json",
        actor=DESK,
        op_id=uuid4(),
        now=NOW,
    )


def take_in_all(channel: Channel, document: Any, *, topic: str = "") -> list[ChannelDocument]:
    received = receive(channel, document, topic=topic)
    return services.settle_document(document_id=received.pk, actor=DESK, op_id=uuid4(), now=NOW)


def take_in(channel: Channel, document: Any, *, topic: str = "") -> ChannelDocument:
    """Store and settle a document of at most one order."""
    (settled,) = take_in_all(channel, document, topic=topic)
    return settled

"""A document that a program sends goes the way of all: stored first, settled by the same rules.

It is settled at once, in the transaction that stores it and keeps the answer, so that the answer
says what became of it. What waits for a person is stored all the same.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from core.actors import Actor
from intake import services
from intake.models import ChannelDocument
from intake.states import DocumentState
from orders.models import Channel

# Of the answer: done, known already, or stored and waiting.
CREATED, KNOWN, WAITING = 201, 200, 202
STATUS = {DocumentState.ACCEPTED: CREATED, DocumentState.DUPLICATE: KNOWN}
SOURCE = "api"


def take_document(
    *, channel: Channel, content: Any, topic: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> ChannelDocument:
    received = services.receive_document(
        channel=channel,
        content=json.dumps(content, default=str).encode(),
        topic=topic,
        source=f"{SOURCE}:{op_id}",
        actor=actor,
        op_id=op_id,
        now=now,
    )
    if received.state != DocumentState.RECEIVED:
        return received
    first, *_ = services.settle_document(document_id=received.pk, actor=actor, op_id=op_id, now=now)
    return first


def status_of(document: ChannelDocument) -> int:
    return STATUS.get(DocumentState(document.state), WAITING)

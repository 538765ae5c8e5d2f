"""Bytes are stored before anybody looks into them: what was acknowledged is never lost."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from core import bulk, documents
from core.actors import Actor
from core.asking import ask
from core.documents import Sealed
from core.events import as_array, record, reference, subscribers_of, wake_couriers_on_commit
from core.models import EncryptedDocument
from core.strict_json import LARGEST_DOCUMENT, DocumentTooLarge
from core.transactions import opens_transaction
from intake.channels import get_adapter
from intake.models import ChannelDocument
from intake.rules import urgency_of
from orders.models import Channel

RECEIVE = """
SELECT intake_receive_document(%s, %s, %s, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s,
    %s::bytea, %s::bytea, %s, %s, %s::jsonb, %s::text[])
"""


@opens_transaction
def receive_document(
    *,
    channel: Channel,
    content: bytes,
    topic: str,
    source: str,
    actor: Actor,
    op_id: UUID,
    now: datetime,
    urgency: int | None = None,
) -> ChannelDocument:
    """Keep `content` as it came, encrypted, whatever it is. `source` is a file or delivery id.

    The same bytes of the same topic again are a duplicate at once and keep no second copy.
    Raises DocumentTooLarge, UnknownChannel. Not an `operation`: each delivery is a row of its
    own, and receiving twice is told apart by the bytes.
    """
    sealed = seal_content(channel, content, now=now)
    document = build_document(channel, sealed, topic=topic, source=source, urgency=urgency, now=now)
    if not _insert(document, sealed, actor=actor, op_id=op_id):
        _repeat(document, actor=actor, op_id=op_id, now=now)
    return document


def seal_content(channel: Channel, content: bytes, *, now: datetime) -> Sealed:
    """The bytes of a document, encrypted and not kept yet."""
    get_adapter(channel.kind)
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(f"Larger than {LARGEST_DOCUMENT // 1024 // 1024} MiB")
    return documents.seal(
        partner_id=channel.partner_id,
        kind="channel_document",
        person="",
        content=content,
        content_type="application/json",
        now=now,
    )


def build_document(
    channel: Channel,
    sealed: Sealed,
    *,
    topic: str,
    source: str,
    urgency: int | None,
    now: datetime,
) -> ChannelDocument:
    """The row of a document that has just come, not saved."""
    return bulk.make(
        ChannelDocument,
        partner_id=channel.partner_id,
        channel=channel,
        topic=topic[:80],
        source=source[:200],
        sha256=sealed.document.sha256,
        received_at=now,
        queued_at=now,
        urgency=urgency_of(topic) if urgency is None else urgency,
    )


def say_received(document: ChannelDocument, size: int) -> dict[str, Any]:
    """What the event of a document's coming tells."""
    return {"channel": document.channel.code, "sha256": document.sha256, "size": size}


def _insert(document: ChannelDocument, sealed: Sealed, *, actor: Actor, op_id: UUID) -> bool:
    """Everything by one statement; False where the same bytes are there already."""
    (sealed.document.pk,) = bulk.draw_ids(EncryptedDocument, 1)
    subscribers = subscribers_of("document.received")
    content = sealed.document
    values: list[Any] = [
        document.partner_id, document.channel_id, document.public_id, document.topic,
        document.source, document.sha256, document.urgency, document.received_at,
        content.pk, content.kind, content.content_type, content.size,
        content.ciphertext, documents.wrap(sealed),
        actor.ref, op_id, json.dumps(say_received(document, content.size)), as_array(subscribers),
    ]  # fmt: skip
    ((document.pk,),) = ask(RECEIVE, values)
    if document.pk is None:
        return False
    document.content, document._state.adding = content, False
    if subscribers:
        wake_couriers_on_commit()
    return True


def _repeat(document: ChannelDocument, *, actor: Actor, op_id: UUID, now: datetime) -> None:
    """The same bytes came before: this delivery shares what is kept of them."""
    first = ChannelDocument.objects.select_related("content").get(
        channel=document.channel, topic=document.topic, sha256=document.sha256, repeats=None,
        edited_from=None, position=0,
    )  # fmt: skip
    document.content = first.content
    document.repeats = first
    document.order = first.order
    document.external_id = first.external_id
    document.reason = f"The same bytes came before, as {first.public_id}."
    document.processed_at = now
    document.repeat()
    document.save()
    record(
        kind="document.duplicate",
        partner_id=document.partner_id,
        subject=reference(document),
        actor=actor,
        op_id=op_id,
        now=now,
        data=say_received(document, first.content.size),
    )

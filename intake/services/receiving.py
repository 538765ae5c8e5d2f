"""Bytes are stored before anybody looks into them: what was acknowledged is never lost."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from core import documents
from core.actors import Actor
from core.events import record, reference
from core.strict_json import LARGEST_DOCUMENT, DocumentTooLarge
from core.transactions import opens_transaction
from intake.channels import get_adapter
from intake.locks import lock_bytes
from intake.models import ChannelDocument
from intake.rules import urgency_of
from orders.models import Channel


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
    get_adapter(channel.kind)
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentTooLarge(f"Larger than {LARGEST_DOCUMENT // 1024 // 1024} MiB")
    sha256 = hashlib.sha256(content).hexdigest()
    lock_bytes(channel.pk, sha256)
    document = ChannelDocument(
        partner_id=channel.partner_id,
        channel=channel,
        topic=topic[:80],
        source=source[:200],
        sha256=sha256,
        received_at=now,
        queued_at=now,
        urgency=urgency_of(topic) if urgency is None else urgency,
    )
    first = _first_of(document)
    if first is None:
        document.content = documents.store(
            partner_id=channel.partner_id,
            kind="channel_document",
            person="",
            content=content,
            content_type="application/json",
            now=now,
        )
    else:
        _repeat(document, first, now=now)
    document.save()
    record(
        kind=f"document.{document.state}",
        partner_id=document.partner_id,
        subject=reference(document),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": channel.code, "sha256": sha256, "size": len(content)},
    )
    return document


def _first_of(document: ChannelDocument) -> ChannelDocument | None:
    return (
        ChannelDocument.objects.filter(
            channel=document.channel, topic=document.topic, sha256=document.sha256, repeats=None
        )
        .order_by("position")
        .first()
    )


def _repeat(document: ChannelDocument, first: ChannelDocument, *, now: datetime) -> None:
    document.content = first.content
    document.repeats = first
    document.order = first.order
    document.external_id = first.external_id
    document.reason = f"The same bytes came before, as {first.public_id}."
    document.processed_at = now
    document.repeat()

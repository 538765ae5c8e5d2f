"""Reads of channel documents: the command line, the admin and the screens."""

from __future__ import annotations

from core import documents
from core.models import User
from core.roles import Permission
from core.strict_json import MalformedDocument, parse_document
from intake.channels import read_document
from intake.models import ChannelDocument
from intake.reading import NotAnOrder, ReadOrder
from intake.states import DocumentState
from orders.models import Channel


def find_channel(*, kind: str, account: str) -> Channel | None:
    """The active channel a webhook address names, whoever's it is."""
    return Channel.objects.filter(kind=kind, account=account, is_active=True).first()


def list_live_secrets(channel: Channel) -> list[bytes]:
    """The secrets that a webhook of this channel may be signed with, newest first."""
    live = channel.secrets.filter(retired_at=None).select_related("secret__key")
    return [documents.read(secret.secret) for secret in live.order_by("-added_at", "-pk")]


def get_reading(document: ChannelDocument) -> ReadOrder | None:
    """What the document states, read anew; None where there is no order in it."""
    try:
        parsed = parse_document(documents.read(document.content))
        found = read_document(document.channel.kind, parsed, topic=document.topic)
    except (MalformedDocument, documents.DocumentErased):
        return None
    return None if isinstance(found, NotAnOrder) else found[document.position]


def list_waiting(*, user: User, limit: int = 100) -> list[ChannelDocument]:
    """Documents that wait for a person whom `user` may help, the oldest first."""
    states = [DocumentState.HELD, DocumentState.DEAD_LETTER, DocumentState.CONFLICT]
    visible = ChannelDocument.objects.visible_to(user, Permission.SEE_INTAKE)
    waiting = visible.filter(state__in=states).select_related("channel", "order")
    return list(waiting.order_by("received_at", "pk")[:limit])

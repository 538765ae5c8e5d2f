"""Reads of channel documents: the command line, the admin and the screens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core import documents
from core.asking import ask
from core.models import User
from core.roles import Permission
from core.strict_json import MalformedDocument
from intake.channels import get_adapter, read_document
from intake.facts import Reading
from intake.mapping import MappingPlan
from intake.models import ChannelDocument, Mapping, QualityRule, SkuMapping
from intake.quality import Rules
from intake.reading import NotAnOrder
from intake.states import DocumentState, EditionState, SecretPurpose
from notifications import queries as notifications
from orders.models import Channel, Order

# An array: a list of values would be put together, sent and planned anew for every batch.
KNOWN_BYTES = """
SELECT sha256 FROM intake_channeldocument
 WHERE channel_id = %s AND topic = %s AND sha256 = ANY (%s)
   AND repeats_id IS NULL AND edited_from_id IS NULL
"""


def find_channel(*, kind: str, account: str) -> Channel | None:
    """The active channel a webhook address names, whoever's it is."""
    return Channel.objects.filter(kind=kind, account=account, is_active=True).first()


def list_live_secrets(channel: Channel) -> list[bytes]:
    """The secrets that a webhook of this channel may be signed with, newest first."""
    live = channel.secrets.filter(retired_at=None, purpose=SecretPurpose.SIGNING)
    live = live.select_related("secret__key")
    return [documents.read(secret.secret) for secret in live.order_by("-added_at", "-pk")]


def parse_content(document: ChannelDocument, content: bytes) -> Any:
    """`content` as the channel's documents are written. Raises MalformedDocument."""
    return get_adapter(document.channel.kind).parse(content)


def read_parsed(document: ChannelDocument, parsed: Any) -> list[Reading] | NotAnOrder:
    """What a parsed document tells, by the rules and mappings of its channel."""
    channel = document.channel
    return read_document(
        channel.kind,
        parsed,
        topic=document.topic,
        rules=get_rules(channel),
        mapping=get_mapping(channel),
    )


def get_rules(channel: Channel) -> Rules:
    """The quality rules that are published for a channel; none is the house's own strictness."""
    published = QualityRule.objects.filter(
        rule_set__channel=channel, rule_set__state=EditionState.PUBLISHED
    )
    return tuple(rule.as_rule() for rule in published.order_by("pk"))


def get_mapping(channel: Channel) -> MappingPlan | None:
    """The mapping that is published for a channel, if its kind wants one."""
    if not get_adapter(channel.kind).wants_mapping:
        return None
    published = Mapping.objects.filter(channel=channel, state=EditionState.PUBLISHED)
    mapping = published.prefetch_related("fields").first()
    return None if mapping is None else mapping.as_plan()


def get_reading(document: ChannelDocument) -> Reading | None:
    """What the document states, read anew; None where there is nothing in it."""
    try:
        found = read_parsed(document, parse_content(document, documents.read(document.content)))
    except (MalformedDocument, documents.DocumentErased):
        return None
    if isinstance(found, NotAnOrder) or document.position >= len(found):
        return None
    return found[document.position]


def list_known_bytes(*, channel_id: int, topic: str, hashes: Iterable[str]) -> set[str]:
    """Which of these hashes a channel has sent already."""
    return {row[0] for row in ask(KNOWN_BYTES, [channel_id, topic, list(hashes)])}


def map_skus(*, channel: Channel, skus: Iterable[str]) -> dict[str, str]:
    """The catalogue's SKUs for those that the channel writes otherwise."""
    known = SkuMapping.objects.filter(channel=channel, theirs__in=set(skus))
    return dict(known.values_list("theirs", "ours"))


def list_waiting(*, user: User, limit: int = 100) -> list[ChannelDocument]:
    """Documents that wait for a person whom `user` may help, the oldest first."""
    states = [DocumentState.HELD, DocumentState.DEAD_LETTER, DocumentState.CONFLICT]
    visible = ChannelDocument.objects.visible_to(user, Permission.SEE_INTAKE)
    waiting = visible.filter(state__in=states).select_related("channel", "order")
    return list(waiting.order_by("received_at", "pk")[:limit])


def get_awaited_order(subject: str) -> Order:
    """The order that an event is about (“order:12”)."""
    return Order.objects.get(pk=int(subject.rpartition(":")[2]))


def list_payment_references(order: Order) -> list[str]:
    """What providers call the payments of an order."""
    return list(order.tenders.values_list("provider_reference", flat=True))


def get_provider_id(subject: str) -> str:
    """What a provider calls the message that an event is about (“message:12”)."""
    return notifications.get_provider_id(int(subject.rpartition(":")[2]))


def get_access_token(channel: Channel) -> bytes | None:
    """What the desk asks a channel with, the newest live one."""
    live = channel.secrets.filter(retired_at=None, purpose=SecretPurpose.ACCESS)
    newest = live.select_related("secret__key").order_by("-added_at", "-pk").first()
    return None if newest is None else documents.read(newest.secret)

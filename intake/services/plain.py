"""Which of many documents are plain new orders: what may be taken in bulk.

A document with one sound order in it, and nothing that a person or another document is needed
for. Everything else goes the way of one by one, which knows what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import documents
from core.faults import crashpoint
from core.strict_json import MalformedDocument
from intake.channels import get_adapter, read_document
from intake.mapping import MappingPlan
from intake.models import ChannelDocument
from intake.planning import Unsellable, plan_sale
from intake.quality import Rules
from intake.queries import get_mapping, get_rules, map_skus
from intake.reading import NotAnOrder, ReadOrder
from intake.rules import find_unknown_sku, is_ignored, is_part, why_held
from intake.services.selling import with_our_skus
from orders import queries as orders_queries
from orders.models import Channel
from orders.sales import Sale


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the documents of a channel are read, fetched once for many."""

    channel: Channel
    rules: Rules
    mapping: MappingPlan | None


@dataclass(frozen=True, slots=True)
class Plain:
    """A document that is one sound order, and what is sold by it."""

    document: ChannelDocument
    read: ReadOrder
    sale: Sale


def get_terms(channel: Channel) -> Terms:
    return Terms(channel, get_rules(channel), get_mapping(channel))


def read_plain(content: bytes, *, topic: str, terms: Terms) -> ReadOrder | None:
    """The one order that these bytes are, or None. Touches no database."""
    adapter = get_adapter(terms.channel.kind)
    try:
        parsed = adapter.parse(content)
    except MalformedDocument:
        return None
    crashpoint("intake.parsed")
    found = read_document(
        adapter.name, parsed, topic=topic, rules=terms.rules, mapping=terms.mapping
    )
    if isinstance(found, NotAnOrder) or len(found) != 1:
        return None
    (read,) = found
    if not isinstance(read, ReadOrder) or read.path:
        return None
    return None if is_ignored(read) or is_part(read) or why_held(read) else read


def find_plain(waiting: Sequence[ChannelDocument]) -> list[Plain]:
    """Those of `waiting` that are plain orders, by the terms of their channels."""
    terms = {channel: get_terms(channel) for channel in {one.channel for one in waiting}}
    pairs = []
    for document in waiting:
        content = _read(document)
        if document.path or content is None:
            continue
        read = read_plain(content, topic=document.topic, terms=terms[document.channel])
        if read is not None:
            pairs.append((document, read))
    return plan(pairs)


def plan(pairs: Iterable[tuple[ChannelDocument, ReadOrder]]) -> list[Plain]:
    """What is sold by each, with the catalogue's SKUs; what cannot be frozen is left out."""
    by_channel: dict[Channel, list[tuple[ChannelDocument, ReadOrder]]] = {}
    for document, read in pairs:
        by_channel.setdefault(document.channel, []).append((document, read))
    return [one for channel, some in by_channel.items() for one in _plan(channel, some)]


def _plan(channel: Channel, pairs: list[tuple[ChannelDocument, ReadOrder]]) -> Iterable[Plain]:
    mapped = map_skus(channel=channel, skus=_skus_of(read for _, read in pairs))
    ours = [(document, with_our_skus(read, mapped)) for document, read in pairs]
    known = _list_known(channel, (read for _, read in ours))
    for document, read in ours:
        if known is not None and find_unknown_sku(read, known=known):
            continue
        try:
            yield Plain(document, read, plan_sale(read))
        except Unsellable:
            continue


def _list_known(channel: Channel, reads: Iterable[ReadOrder]) -> set[str] | None:
    """The SKUs that are in the catalogue; None where the channel does not ask for it."""
    if not channel.holds_unknown_skus:
        return None
    skus = _skus_of(reads)
    return set(orders_queries.match_variants(partner_id=channel.partner_id, skus=skus))


def _skus_of(reads: Iterable[ReadOrder]) -> set[str]:
    return {str(line.sku) for read in reads for line in read.lines if line.sku is not None}


def _read(document: ChannelDocument) -> bytes | None:
    try:
        return documents.read(document.content)
    except (documents.DocumentErased, documents.DocumentUnreadable):
        return None

"""What would change: documents that came are read anew by a draft, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core import documents
from core.strict_json import MalformedDocument
from intake.channels import read_document
from intake.mapping import MappingPlan
from intake.models import ChannelDocument, RuleSet
from intake.planning import Unsellable, plan_sale
from intake.quality import Rules
from intake.queries import get_mapping, get_rules, map_skus, parse_content
from intake.reading import NotAnOrder, ReadOrder
from intake.rules import find_unknown_sku, is_ignored, is_part, why_held
from intake.states import DocumentState
from orders import queries as orders_queries
from orders.models import Channel

LAST = 200
SHOWN = 20
TAKEN = (DocumentState.ACCEPTED, DocumentState.DUPLICATE)
WAITING = (DocumentState.HELD, DocumentState.DEAD_LETTER)


def try_rules(rule_set: RuleSet) -> dict[str, Any]:
    """How the draft would judge the last documents of its channel, beside what was decided.

    An order that was taken, stands, and would be held by the draft is a false reject; so is one
    that is held now and that the draft would let pass where a person let such ones pass.
    """
    draft = tuple(rule.as_rule() for rule in rule_set.rules.all())
    lately = list_lately(rule_set.channel)
    now_held, draft_held, freed, stopped = 0, 0, [], []
    for document, orders in read_all(lately, rules=draft):
        is_waiting = document.state in WAITING
        would_wait = any(why_not(document, order) for order in orders) or not orders
        now_held += is_waiting
        draft_held += would_wait
        if is_waiting and not would_wait:
            freed.append(document.public_id)
        if not is_waiting and would_wait:
            stopped.append(document.public_id)
    return {
        "documents": len(lately),
        "held_now": now_held,
        "held_by_draft": draft_held,
        "would_free": len(freed),
        "false_rejects": len(stopped),
        "freed": freed[:SHOWN],
        "stopped": stopped[:SHOWN],
    }


def list_lately(channel: Channel) -> list[ChannelDocument]:
    """The last documents with orders, those that became one and those that wait."""
    found = ChannelDocument.objects.filter(channel=channel, repeats=None)
    found = found.filter(state__in=(*TAKEN, *WAITING), kind__in=("", "order"))
    return list(
        found.select_related("channel", "content__key").order_by("-received_at", "-pk")[:LAST]
    )


def read_last_content(channel: Channel) -> bytes:
    """The bytes of the last document that came; nothing where none can be read."""
    last = ChannelDocument.objects.filter(channel=channel, repeats=None).order_by("-pk").first()
    try:
        return b"" if last is None else documents.read(last.content)
    except (documents.DocumentErased, documents.DocumentUnreadable):
        return b""


def read_all(
    rows: Iterable[ChannelDocument],
    *,
    rules: Rules | None = None,
    mapping: MappingPlan | None = None,
) -> Iterator[tuple[ChannelDocument, list[ReadOrder]]]:
    """Each document with its orders as `rules` and `mapping` read them; none if it cannot be."""
    for document in rows:
        yield document, read_one(document, rules=rules, mapping=mapping)


def read_one(
    document: ChannelDocument,
    *,
    rules: Rules | None = None,
    mapping: MappingPlan | None = None,
    content: bytes | None = None,
) -> list[ReadOrder]:
    """The orders that this row stands for, read anew; of `content` where an edit is tried."""
    channel = document.channel
    try:
        raw = documents.read(document.content) if content is None else content
        found = read_document(
            channel.kind,
            parse_content(document, raw),
            topic=document.topic,
            rules=get_rules(channel) if rules is None else rules,
            mapping=mapping or get_mapping(channel),
        )
    except (MalformedDocument, documents.DocumentErased, documents.DocumentUnreadable):
        return []
    if isinstance(found, NotAnOrder):
        return []
    wanted = found[document.position : document.position + 1] if document.path else found
    return [one for one in wanted if isinstance(one, ReadOrder)]


def why_not(
    document: ChannelDocument, read: ReadOrder, *, skus: Mapping[str, str] | None = None
) -> str:
    """Why an order would wait, as settling it would find; blank where it would pass.

    `skus` are mappings that are tried and not there yet.
    """
    if is_ignored(read):
        return ""
    if missing := is_part(read):
        return missing
    if held := why_held(read):
        return held.reason
    try:
        plan_sale(read)
    except Unsellable as error:
        return error.finding.message
    if document.channel.holds_unknown_skus:
        return _why_unknown(document, read, skus or {})
    return ""


def _why_unknown(document: ChannelDocument, read: ReadOrder, tried: Mapping[str, str]) -> str:
    skus = [str(line.sku) for line in read.lines if line.sku is not None]
    mapped = map_skus(channel=document.channel, skus=skus) | dict(tried)
    known = orders_queries.match_variants(
        partner_id=document.partner_id, skus=[mapped.get(sku, sku) for sku in skus]
    )
    theirs = {sku for sku in skus if mapped.get(sku, sku) in known}
    unknown = find_unknown_sku(read, known=theirs)
    return unknown.reason if unknown else ""

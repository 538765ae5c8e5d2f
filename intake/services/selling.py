"""From what a document states of an order to the order: sold, updated, or held with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import DataError, transaction

from core import documents
from core.strict_json import MalformedDocument
from intake.channels import get_adapter
from intake.locks import lock_order_documents
from intake.models import ChannelDocument
from intake.planning import Unsellable, plan_sale
from intake.quality import judge
from intake.queries import get_rules, map_skus, parse_content, read_parsed
from intake.reading import NotAnOrder, ReadOrder
from intake.rules import Hold, find_unknown_sku, is_ignored, is_part, why_held
from intake.services.outcomes import (
    Cause,
    accept,
    conflict,
    hold,
    hold_for,
    ignore,
    park,
    repeat,
)
from intake.states import Awaited
from orders import queries as orders_queries
from orders import services as orders_services
from orders.sales import Sale
from orders.services import Taken, TakenSale

PAID = {"paid", "partially_paid", "partially_refunded"}


def settle_order(document: ChannelDocument, read: ReadOrder, cause: Cause) -> None:
    """Decide about one order of a document."""
    note_worth(document, read)
    if reason := is_ignored(read):
        ignore(document, reason, cause)
        return
    if missing := is_part(read):
        _join(document, read, missing, cause)
        return
    if held := why_held(read):
        hold(document, held, cause)
        return
    _sell(document, read, cause)


def note_worth(document: ChannelDocument, read: ReadOrder) -> None:
    """What hangs on it, for the order in which the desk is worked through."""
    total, currency = read.grand_total, read.currency or ""
    is_amount = total is not None and abs(total) < 10**12
    document.value = total if is_amount else None
    document.currency = currency if len(currency) == 3 else ""
    document.is_paid = (read.financial_status or "") in PAID


def _join(document: ChannelDocument, read: ReadOrder, missing: str, cause: Cause) -> None:
    """Put the halves of an order together once both are there; until then this one waits."""
    join = get_adapter(document.channel.kind).join
    others = lock_order_documents(document)
    halves = [read, *filter(None, (_read_half(other) for other in others))]
    whole = join(halves) if join and len(halves) > 1 else None
    if whole is None or not whole.lines or whole.placed_at is None:
        key = read.external_id or ""
        park(document, cause, Awaited.PART, key, f"{missing} It goes on by itself.")
        return
    settle_order(document, judge(whole, get_rules(document.channel)), cause)
    for other in others:
        _follow(other, document, cause)


def _read_half(document: ChannelDocument) -> ReadOrder | None:
    try:
        found = read_parsed(document, parse_content(document, documents.read(document.content)))
    except (MalformedDocument, documents.DocumentErased, documents.DocumentUnreadable):
        return None
    if isinstance(found, NotAnOrder) or document.position >= len(found):
        return None
    half = found[document.position]
    return half if isinstance(half, ReadOrder) else None


def _follow(half: ChannelDocument, whole: ChannelDocument, cause: Cause) -> None:
    """The other half shares the fate of the one that completed it."""
    if whole.order is None:
        hold(half, Hold(whole.field, f"Its other half is held as {whole.public_id}.", whole.owner,
                        whole.cause), cause)  # fmt: skip
        return
    half.is_update = True
    accept(half, whole.order, cause, f"It is the other half of {whole.public_id}.")


def _sell(document: ChannelDocument, read: ReadOrder, cause: Cause) -> None:
    theirs = [str(line.sku) for line in read.lines if line.sku is not None]
    read = with_our_skus(read, map_skus(channel=document.channel, skus=theirs))
    try:
        sale = plan_sale(read)
    except Unsellable as error:
        hold(document, hold_for(error.finding), cause)
        return
    if unknown := _unknown_sku(document, read):
        hold(document, unknown, cause)
        return
    try:
        with transaction.atomic():
            taken = _take(document, sale, cause)
    except DataError as error:
        reason = f"A value does not fit: {str(error).partition(chr(10))[0]}"
        hold(document, Hold("", reason[:500], "admin", "does_not_fit"), cause)
        return
    _settle_taken(document, taken, cause)


def with_our_skus(read: ReadOrder, mapped: Mapping[str, str]) -> ReadOrder:
    """The order with the catalogue's SKUs where the channel has others for them."""
    if not mapped:
        return read
    lines = tuple(replace(line, sku=mapped.get(str(line.sku), line.sku)) for line in read.lines)
    return replace(read, lines=lines)


def _unknown_sku(document: ChannelDocument, read: ReadOrder) -> Hold | None:
    if not document.channel.holds_unknown_skus:
        return None
    skus = [str(line.sku) for line in read.lines if line.sku is not None]
    known = orders_queries.match_variants(partner_id=document.partner_id, skus=skus)
    return find_unknown_sku(read, known=known.keys())


def _take(document: ChannelDocument, sale: Sale, cause: Cause) -> TakenSale:
    return orders_services.take_sale(
        channel=document.channel, sale=sale, actor=cause.actor, now=cause.now, op_id=cause.op_id
    )


def _settle_taken(document: ChannelDocument, taken: TakenSale, cause: Cause) -> None:
    if not document.path:  # a list is about several people and has no one person
        person = f"customer:{taken.order.customer_id}"
        documents.attribute(document=document.content, person=person)
    match taken.taken:
        case Taken.REGISTERED | Taken.UPDATED:
            document.is_update = taken.taken is Taken.UPDATED
            accept(document, taken.order, cause)
        case Taken.KNOWN:
            document.order = taken.order
            repeat(document, cause, "It is not newer than what is known of its order.")
        case Taken.CHANGED:
            conflict(document, taken.order, taken.difference, cause)

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.decisions.telling import CaseNamed, name_case
from api.expanding import is_wanted
from api.quotes.telling import QuoteTold, quote
from api.reservations.telling import ReservationTold, tell_reservations
from api.shapes import AllowedAction, Amount, Day, Moment, day, moment, money
from api.shipments import telling as shipments
from api.shipments.telling import ShipmentTold
from core.events import reference
from core.models import Partner
from exchanges.models import Exchange, ExchangeLine, Quote
from exchanges.rules import OutboundHold
from exchanges.states import Evenness, ExchangeState, ExchangeType
from fulfilment.models import Shipment
from inventory.models import Reservation


class SecondWishTold(TypedDict):
    """What goes out by itself if the first runs out, and what the customer agreed to for it."""

    sku: str
    agreed: Amount


class ExchangeLineTold(TypedDict):
    """What goes out, and for which line of the return; null for a gift beside it.

    `backordered_until` is the day it can be at the door, null where it is held or was.
    """

    position: int
    sku: str
    quantity: int
    replaces: int | None
    backordered_until: Day | None
    second_wish: SecondWishTold | None


class ExchangeTold(TypedDict):
    """What goes out for what comes back. Its version is the case's."""

    object: Literal["exchange"]
    id: str
    number: str
    case: CaseNamed
    type: Annotated[str, ExchangeType]
    state: Annotated[str, ExchangeState]
    version: int
    evenness: Annotated[str | None, Evenness]
    due: Amount | None
    lines: list[ExchangeLineTold]
    quote: str | QuoteTold | None
    replacement_order: str | None
    shipments: list[str | ShipmentTold]
    opened_at: Moment
    goods_accepted_at: Moment | None
    ended_at: Moment | None
    livemode: bool


class Awaited(TypedDict):
    """What it waits for before anything leaves, in words."""

    reason: str
    sentence: str


class ExchangeNow(ExchangeTold):
    """The same, with what it waits for, its holds, and what may be done with it now."""

    awaits: list[Awaited]
    holds: list[ReservationTold]
    as_of: Moment
    allowed_actions: list[AllowedAction]


EXPANDABLE = ("quote", "shipments")


def with_all(rows: QuerySet[Exchange]) -> QuerySet[Exchange]:
    """What telling a page of exchanges reads, in a handful of queries however long it is."""
    return rows.select_related(
        "return_case__channel", "replacement_order", "accepted_quote"
    ).prefetch_related("lines__variant", "lines__second", "lines__replaces")


def tell_exchanges(
    rows: Sequence[Exchange], *, expand: list[str], livemode: bool
) -> list[ExchangeTold]:
    """Quotes and shipments of all of them are read with one query each."""
    rows = list(with_all(Exchange.objects.filter(pk__in=[row.pk for row in rows])).order_by("pk"))
    quotes, parcels = _read_quotes(rows), _read_shipments(rows)
    return [
        tell_exchange(
            row,
            quotes.get(row.pk),
            parcels[reference(row)],
            expand=expand,
            livemode=livemode,
        )
        for row in rows
    ]


def tell_exchange(
    row: Exchange,
    counts: Quote | None,
    parcels: Sequence[Shipment],
    *,
    expand: list[str],
    livemode: bool,
) -> ExchangeTold:
    """`counts` is the quote that counts: the accepted one, else the newest."""
    told_quote: str | QuoteTold | None = counts.public_id if counts else None
    if counts and is_wanted(expand, "quote"):
        told_quote = quote(counts, livemode=livemode)
    is_whole = is_wanted(expand, "shipments")
    return {
        "object": "exchange",
        "id": row.public_id,
        "number": row.number,
        "case": name_case(row.return_case),
        "type": row.type,
        "state": row.state,
        "version": row.return_case.version,
        "evenness": counts.evenness if counts else None,
        "due": money(counts.due, counts.currency) if counts else None,
        "lines": [
            _line(line, row.return_case.currency)
            for line in sorted(row.lines.all(), key=lambda line: line.position)
        ],
        "quote": told_quote,
        "replacement_order": row.replacement_order.public_id if row.replacement_order else None,
        "shipments": [
            shipments.shipment(each, livemode=livemode) if is_whole else each.public_id
            for each in parcels
        ],
        "opened_at": moment(row.opened_at),
        "goods_accepted_at": moment(row.goods_accepted_at),
        "ended_at": moment(row.ended_at),
        "livemode": livemode,
    }


def tell_now(
    told: ExchangeTold,
    *,
    awaits: Sequence[OutboundHold],
    holds: Sequence[Reservation],
    partner: Partner,
    actions: list[AllowedAction],
    as_of: dt.datetime,
) -> ExchangeNow:
    return {
        **told,
        "awaits": [
            {"reason": each.reason.value.lower(), "sentence": each.sentence} for each in awaits
        ],
        "holds": tell_reservations(holds, partner, as_of=as_of),
        "as_of": moment(as_of),
        "allowed_actions": actions,
    }


def _line(line: ExchangeLine, currency: str) -> ExchangeLineTold:
    return {
        "position": line.position,
        "sku": line.variant.sku,
        "quantity": line.quantity,
        "replaces": line.replaces.position if line.replaces else None,
        "backordered_until": day(line.backorder_day),
        "second_wish": _second_wish(line, currency),
    }


def _second_wish(line: ExchangeLine, currency: str) -> SecondWishTold | None:
    if line.second is None or line.second_price is None:
        return None
    return {"sku": line.second.sku, "agreed": money(line.second_price, currency)}


def _read_quotes(rows: Sequence[Exchange]) -> dict[int, Quote]:
    found = Quote.objects.filter(exchange__in=rows).select_related("exchange", "policy_version")
    counts: dict[int, Quote] = {}
    accepted = {row.accepted_quote_id for row in rows}
    for each in found.order_by("number"):
        known = counts.get(each.exchange_id)
        if known is None or known.pk not in accepted:
            counts[each.exchange_id] = each
    return counts


def _read_shipments(rows: Sequence[Exchange]) -> defaultdict[str, list[Shipment]]:
    found: defaultdict[str, list[Shipment]] = defaultdict(list)
    names = [reference(row) for row in rows]
    parcels: QuerySet[Shipment] = Shipment.objects.filter(reference__in=names)
    for each in shipments.with_all(parcels).order_by("pk"):
        found[each.reference].append(each)
    return found

"""Which way a replacement goes, when it can be there, and what pays for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import Coalesce

from core.money import ZERO
from exchanges.models import Exchange
from exchanges.queries.describing import get_destination
from exchanges.queries.lines import list_exchanged_lines, list_lines
from exchanges.queries.planning import get_ship_to
from exchanges.rules import OpenTender
from exchanges.states import ExchangeType
from inventory import queries as stock
from inventory.models import Reservation, Variant
from orders.models import Tender
from policies.rules import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A parcel's way to the customer; `cost` is in the partner's base currency."""

    carrier: str
    cost: Decimal
    arrives_on: dt.date | None


def weigh_way(exchange: Exchange, hold: Reservation, *, now: dt.datetime) -> Way | None:
    """Carrier, cost and arrival from the place of `hold`, were it to leave at `now`."""
    ranking = stock.rank_locations(
        partner_id=exchange.partner_id,
        variant_id=hold.variant_id,
        quantity=hold.quantity,
        destination=get_destination(get_ship_to(exchange)),
        now=now,
    )
    place = next((place for place in ranking if place.location_id == hold.location_id), None)
    if place is None or place.cost is None:
        return None
    return Way(carrier=place.carrier, cost=place.cost, arrives_on=place.arrives_on)


def get_way(exchange: Exchange, hold: Reservation, *, now: dt.datetime) -> Way | None:
    """The way as it was weighed when the hold was made; anew where the place was chosen by hand."""
    for place in hold.ranking:
        if place["location_id"] == hold.location_id and place["cost"] is not None:
            arrives_on = place["arrives_on"] and dt.date.fromisoformat(place["arrives_on"])
            return Way(carrier=place["carrier"], cost=Decimal(place["cost"]), arrives_on=arrives_on)
    return weigh_way(exchange, hold, now=now)


def compute_promise(
    exchange: Exchange, hold: Reservation, way: Way | None, *, now: dt.datetime
) -> dt.date | None:
    """The day by which it is at the door, told to the customer; None where no rate says so.

    A regular exchange waits for goods: they may be handed in until the last day, and their way
    here is reckoned to take as long as the way there.
    """
    if way is None or way.arrives_on is None:
        return None
    case = exchange.return_case
    is_waiting = exchange.type == ExchangeType.REGULAR and exchange.goods_accepted_at is None
    if not is_waiting or case.send_back_by is None:
        return way.arrives_on
    today = local_day(now, case.channel.time_zone)
    return stock.estimate_arrival(
        partner_id=exchange.partner_id,
        location_id=hold.location_id,
        grams=_find_variant(exchange, hold).weight_grams * hold.quantity,
        destination=get_destination(get_ship_to(exchange)),
        departs=now + (case.send_back_by - today) + (way.arrives_on - today),
    )


def _find_variant(exchange: Exchange, hold: Reservation) -> Variant:
    """What is held, mostly from the lines that are in hand."""
    known = {line.variant_id: line.variant for line in list_lines(exchange)}
    return known.get(hold.variant_id) or hold.variant


def list_open_tenders(exchange: Exchange) -> list[OpenTender]:
    """Payments of the orders the goods come from, newest first, with what they can still carry.

    What was refunded, or carried over to an earlier replacement, is spent.
    """
    orders = {line.order_line.order_id for line in list_exchanged_lines(exchange)}
    tenders = (
        Tender.objects.filter(order__in=orders)
        .annotate(carried=Coalesce(Sum("carried_to__captured"), ZERO))
        .order_by("-order_id", "-position")
    )
    return [OpenTender(tender.pk, _left(tender, tender.carried)) for tender in tenders]


def _left(tender: Tender, carried: Decimal) -> Decimal:
    return max(ZERO, tender.captured - tender.refunded - carried)

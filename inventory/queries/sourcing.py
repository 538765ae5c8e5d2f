"""Where free stock lies and which location should send it.

A due hold counts as free: whoever needs its units takes them, swept or not. The stock of a
blocked lot is not free. What is free may still not be promised: see `queries.limits`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q

from core.among import among
from core.asking import ask
from inventory.models import Location
from inventory.queries.limits import get_stock_limits
from inventory.rules import (
    Calendar,
    Candidate,
    Destination,
    HoldScope,
    Parcel,
    RankedLocation,
    Rate,
    StockLimits,
    choose_rate,
    compute_arrival,
    list_prefixes,
    rank,
)

FREE = """
WITH moment AS MATERIALIZED (SELECT app_now() AS now)
SELECT s.variant_id, s.location_id, s.available + coalesce(due.quantity, 0) AS free
  FROM inventory_stocklevel s
  LEFT JOIN LATERAL (
       SELECT sum(r.quantity)::integer AS quantity FROM inventory_reservation r
        WHERE r.stock_level_id = s.id AND r.state = 'active'
          AND inventory_is_due(r.expires_at, r.grace_until, (SELECT now FROM moment))) due
       ON s.held > 0
 WHERE s.variant_id = ANY (%(among)s)
   AND NOT EXISTS (SELECT FROM inventory_lot b
                    WHERE b.variant_id = s.variant_id AND b.code = s.lot AND b.is_blocked)
"""

PARCEL = """
SELECT (SELECT json_object_agg(v.id, v.weight_grams)
          FROM inventory_variant v
         WHERE v.id = ANY (%(among)s) AND v.partner_id = %(partner)s) AS grams,
       c.latitude, c.longitude
  FROM (SELECT) one
  LEFT JOIN LATERAL (
       SELECT c.latitude, c.longitude FROM inventory_postalcentroid c
        WHERE c.country = %(country)s AND c.prefix = ANY (%(prefixes)s)
        ORDER BY length(c.prefix) DESC LIMIT 1
  ) c ON true
"""

# A place with its calendar, its rates and its partner's currency in one row: they are read with
# every hold, and a model apiece costs more than the database does.
PLACES = """
SELECT l.id, l.code, l.name, l.latitude, l.longitude, l.time_zone, l.cut_off, l.working_days,
       ARRAY(SELECT h.on FROM inventory_locationholiday h WHERE h.location_id = l.id) AS holidays,
       (SELECT json_agg(json_build_array(r.carrier, r.country, r.up_to_grams, r.cost::text,
                                         r.lead_days, r.postcodes) ORDER BY r.id)
          FROM inventory_shippingrate r WHERE r.location_id = l.id) AS rates,
       l.is_active, l.paused_until, p.base_currency
  FROM inventory_location l JOIN core_partner p ON p.id = l.partner_id
 WHERE l.partner_id = %(partner)s
 ORDER BY l.id
"""

# All that a place is chosen by, in one answer: the parcel and what is free stand in each row.
WEIGHED = f"""
SELECT parcel.*,
       (SELECT json_agg(json_build_array(f.variant_id, f.location_id, f.free)) FROM ({FREE}) f),
       place.*
  FROM ({PARCEL}) parcel LEFT JOIN ({PLACES}) place ON true
 ORDER BY place.id
"""


Position = tuple[float, float] | None


class Place(NamedTuple):
    """A location as it is weighed, before anyone asks for a variant."""

    location_id: int
    code: str
    name: str
    latitude: float
    longitude: float
    calendar: Calendar
    rates: list[Rate]
    is_active: bool
    paused_until: dt.datetime | None
    currency: str


def get_availability(variant_ids: Collection[int]) -> dict[int, int]:
    """Free units of each variant over all open locations; unknown variants have none."""
    free = dict.fromkeys(variant_ids, 0)
    closed = set(
        Location.objects.filter(is_active=False, stock__variant__in=variant_ids).values_list(
            "pk", flat=True
        )
    )
    for variant_id, location_id, units in _list_free(variant_ids):
        if location_id not in closed:
            free[variant_id] += units
    return free


def get_promisable(
    *, partner_id: int, variant_ids: Collection[int], scope: HoldScope, now: dt.datetime
) -> dict[int, int]:
    """Units of each variant that exchanges of this scope may have, over all places open now."""
    limits = get_stock_limits(partner_id=partner_id, scope=scope, variant_ids=variant_ids)
    is_open = Q(paused_until=None) | Q(paused_until__lte=now)
    places = Location.objects.for_partner(partner_id).filter(is_open, is_active=True)
    ids = set(places.values_list("pk", flat=True))
    return {
        variant_id: sum(
            max(0, units - limits.safety.get((variant_id, location_id), 0))
            for location_id, units in free.items()
            if location_id in ids
        )
        for variant_id, free in get_free_by_place(variant_ids).items()
    }


def rank_locations(
    *,
    partner_id: int,
    variant_id: int,
    quantity: int,
    destination: Destination | None,
    now: dt.datetime,
    scope: HoldScope | None = None,
    limits: StockLimits | None = None,
) -> list[RankedLocation]:
    """All locations of the partner for these units, best first, the impossible ones last.

    What may be promised there is counted for holds of `scope`; `limits` spares reading its rules.
    """
    return rank_each(
        partner_id=partner_id,
        quantities={variant_id: quantity},
        destination=destination,
        now=now,
        scope=scope,
        limits=limits,
    )[variant_id]


def rank_each(
    *,
    partner_id: int,
    quantities: Mapping[int, int],
    destination: Destination | None,
    now: dt.datetime,
    scope: HoldScope | None = None,
    limits: StockLimits | None = None,
) -> dict[int, list[RankedLocation]]:
    """`rank_locations` of many variants at once, by variant id, in as many queries as of one."""
    limits = limits or get_stock_limits(
        partner_id=partner_id, scope=scope or HoldScope(), variant_ids=quantities
    )
    weights, position, free, places = _read_weighed(partner_id, quantities, destination)
    rankings = {}
    for variant_id, grams in weights.items():
        quantity = quantities[variant_id]
        parcel = Parcel(
            quantity=quantity,
            grams=grams * quantity,
            destination=destination,
            position=position,
            currency=places[0].currency if places else "",
        )
        candidates = [_as_candidate(each, variant_id, free[variant_id], limits) for each in places]
        rankings[variant_id] = rank(candidates, parcel, now=now)
    return rankings


class Leg(NamedTuple):
    """A parcel's way from one place: what it costs, in the partner's base currency, and the day."""

    cost: Decimal
    currency: str
    arrives_on: dt.date | None


def estimate_leg(
    *,
    partner_id: int,
    location_id: int,
    grams: int,
    destination: Destination | None,
    departs: dt.datetime,
) -> Leg | None:
    """The way of a parcel that one place sends at `departs`; None where no rate takes it."""
    (place,) = (each for each in _read_places(partner_id) if each.location_id == location_id)
    parcel = Parcel(
        quantity=0, grams=grams, destination=destination, position=None, currency=place.currency
    )
    rate = choose_rate(place.rates, parcel)
    if rate is None:
        return None
    arrives_on = compute_arrival(place.calendar, rate.lead_days, now=departs)
    return Leg(cost=rate.cost, currency=place.currency, arrives_on=arrives_on)


def estimate_arrival(
    *,
    partner_id: int,
    location_id: int,
    grams: int,
    destination: Destination | None,
    departs: dt.datetime,
) -> dt.date | None:
    """When a parcel would arrive that one place sends at `departs`; None where no rate takes it."""
    leg = estimate_leg(
        partner_id=partner_id,
        location_id=location_id,
        grams=grams,
        destination=destination,
        departs=departs,
    )
    return leg.arrives_on if leg else None


def read_parcel(
    partner_id: int, variant_ids: Collection[int], destination: Destination | None
) -> tuple[dict[int, int], Position]:
    """Grams of a unit by variant, and where a parcel goes: latitude and longitude of the postcode,
    the longest known beginning of it, or its country."""
    text, keys = among(PARCEL, variant_ids)
    (found,) = ask(text, _say_where(partner_id, destination) | {"among": keys})
    return _as_parcel(*found)


def _read_weighed(
    partner_id: int, variant_ids: Collection[int], destination: Destination | None
) -> tuple[dict[int, int], Position, dict[int, dict[int, int]], list[Place]]:
    """`read_parcel`, `get_free_by_place` and the partner's places in one statement."""
    text, keys = among(WEIGHED, variant_ids)
    rows = ask(text, _say_where(partner_id, destination) | {"among": keys})
    weights, position = _as_parcel(*rows[0][:3])
    free = _group_by_variant(variant_ids, rows[0][3] or ())
    places = [_as_place(*row[4:]) for row in rows if row[4] is not None]
    return weights, position, free, places


def _say_where(partner_id: int, destination: Destination | None) -> dict[str, Any]:
    return {
        "partner": partner_id,
        "country": destination.country if destination else "",
        "prefixes": list(list_prefixes(destination.postcode)) if destination else [],
    }


def _as_parcel(
    weights: Mapping[str, int] | None, latitude: float | None, longitude: float | None
) -> tuple[dict[int, int], Position]:
    grams = {int(variant_id): weight for variant_id, weight in (weights or {}).items()}
    return grams, None if latitude is None or longitude is None else (latitude, longitude)


def _list_free(variant_ids: Collection[int]) -> list[tuple[int, int, int]]:
    text, keys = among(FREE, variant_ids)
    return ask(text, {"among": keys})


def get_free_by_place(variant_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Free units by variant and location, over all its lots."""
    return _group_by_variant(variant_ids, _list_free(variant_ids))


def _group_by_variant(
    variant_ids: Collection[int], rows: Iterable[tuple[int, int, int]]
) -> dict[int, dict[int, int]]:
    free: dict[int, dict[int, int]] = {variant_id: defaultdict(int) for variant_id in variant_ids}
    for variant_id, location_id, units in rows:
        free[variant_id][location_id] += units
    return free


def _read_places(partner_id: int) -> list[Place]:
    return [_as_place(*row) for row in ask(PLACES, {"partner": partner_id})]


def _as_place(
    pk: int,
    code: str,
    name: str,
    latitude: float,
    longitude: float,
    time_zone: str,
    cut_off: dt.time,
    working_days: list[int],
    holidays: list[dt.date],
    rates: list[list[Any]] | None,
    is_active: bool,
    paused_until: dt.datetime | None,
    currency: str,
) -> Place:
    return Place(
        location_id=pk,
        code=code,
        name=name,
        latitude=latitude,
        longitude=longitude,
        calendar=Calendar(
            time_zone=time_zone,
            cut_off=cut_off,
            working_days=frozenset(working_days),
            holidays=frozenset(holidays),
        ),
        rates=[_as_rate(*rate) for rate in rates or ()],
        is_active=is_active,
        paused_until=paused_until,
        currency=currency,
    )


def _as_rate(
    carrier: str, country: str, up_to_grams: int, cost: str, lead_days: int, postcodes: str
) -> Rate:
    return Rate(
        carrier=carrier,
        country=country,
        up_to_grams=up_to_grams,
        cost=Decimal(cost),
        lead_days=lead_days,
        zone=[list_prefixes(beginning)[0] for beginning in postcodes.split()],
    )


def _as_candidate(
    place: Place, variant_id: int, free: Mapping[int, int], limits: StockLimits
) -> Candidate:
    spot = (variant_id, place.location_id)
    missing = limits.missing.get(spot, 0)
    return Candidate(
        location_id=place.location_id,
        code=place.code,
        name=place.name,
        free=free.get(place.location_id, 0),
        safety=limits.safety.get(spot, 0) - missing,
        missing=missing,
        latitude=place.latitude,
        longitude=place.longitude,
        calendar=place.calendar,
        rates=place.rates,
        is_active=place.is_active,
        paused_until=place.paused_until,
    )

"""How locations are weighed for units that are wanted. No database.

Which of them are then chosen, and how lines are split over several, is in `planning`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.money import Money
from inventory.states import ShortBecause

EARTH_RADIUS_KM = 6371.0
# A calendar in which no day works in a year and a half is a mistake, not a reason to search on.
LONGEST_WAIT_DAYS = 550


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units that one reference (``exchangeline:7``) asks for; no location: the best one."""

    reference: str
    variant_id: int
    quantity: int
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a parcel would go, as far as cost and distance need to know."""

    country: str
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that cannot be held, and why; `available` is what it could have at most.

    `behind` names the older cases that it would take the units from (``return:12``).
    """

    reference: str
    sku: str
    wanted: int
    available: int
    because: ShortBecause = ShortBecause.STOCK
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedLocation:
    """One location as weighed for a line. Distance in kilometres, as the crow flies.

    `available` is what may be promised: free units less the safety stock and what open
    discrepancies say is missing. `cost` is of the cheapest parcel for the whole line, in the
    partner's base currency; `reason` says in words what speaks for or against the place. `sends`
    is what was chosen: how many units are held here.

    `parts` is for a place that cannot send the whole line: the cost of a parcel by the most
    units it takes. Without any it cannot send a part either.
    """

    location_id: int
    code: str
    name: str
    available: int
    distance_km: int | None
    cost: Decimal | None
    currency: str
    carrier: str
    arrives_on: dt.date | None
    is_feasible: bool
    reason: str
    sends: int = 0
    parts: tuple[tuple[int, Decimal | None], ...] = ()

    def as_facts(self) -> dict[str, Any]:
        """What a reservation keeps of the weighing: plain JSON values."""
        facts = asdict(self)
        del facts["parts"]
        facts["cost"] = None if self.cost is None else str(self.cost)
        facts["arrives_on"] = self.arrives_on and self.arrives_on.isoformat()
        return facts


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a location ships. Cut-off, working days (ISO, 1 is Monday) and holidays are local."""

    time_zone: str
    cut_off: dt.time
    working_days: Collection[int]
    holidays: Collection[dt.date] = ()

    def is_working_day(self, day: dt.date) -> bool:
        return day.isoweekday() in self.working_days and day not in self.holidays


@dataclass(frozen=True, slots=True)
class Rate:
    """A parcel up to a weight by a carrier; `country` blank for the rest of the world.

    `zone` narrows a country to the postcodes that begin so; none: all of it.
    """

    carrier: str
    country: str
    up_to_grams: int
    cost: Decimal
    lead_days: int
    zone: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A location with all that is weighed about it.

    Of its `free` units `safety` are kept for others, and `missing` are said not to be there.
    """

    location_id: int
    code: str
    name: str
    free: int
    latitude: float
    longitude: float
    calendar: Calendar
    rates: Sequence[Rate]
    is_active: bool = True
    paused_until: dt.datetime | None = None
    safety: int = 0
    missing: int = 0

    @property
    def available(self) -> int:
        """What may be promised."""
        return max(0, self.free - self.safety - self.missing)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent, and where to; `position` is latitude and longitude in degrees."""

    quantity: int
    grams: int
    destination: Destination | None
    position: tuple[float, float] | None
    currency: str

    def of(self, units: int) -> Parcel:
        """The same for fewer units of it."""
        return replace(self, quantity=units, grams=self.grams // self.quantity * units)


def rank(
    candidates: Iterable[Candidate], parcel: Parcel, *, now: dt.datetime
) -> list[RankedLocation]:
    """All locations, best first: enough stock, then cost, then distance, then lowest id.

    Places that cannot send the parcel come last, each with what is in the way.
    """
    weighed = sorted((_weigh(place, parcel, now=now) for place in candidates), key=_order)
    best = weighed[0] if weighed and weighed[0].is_feasible else None
    return [_with_reason(place, best, len(weighed)) for place in weighed]


def _weigh(place: Candidate, parcel: Parcel, *, now: dt.datetime) -> RankedLocation:
    rate = choose_rate(place.rates, parcel)
    obstacle = _find_obstacle(place, parcel, rate, now=now)
    distance = parcel.position and compute_distance_km(
        (place.latitude, place.longitude), parcel.position
    )
    return RankedLocation(
        location_id=place.location_id,
        code=place.code,
        name=place.name,
        available=place.available,
        distance_km=None if distance is None else round(distance),
        cost=rate.cost if rate else None,
        currency=parcel.currency,
        carrier=rate.carrier if rate else "",
        arrives_on=compute_arrival(place.calendar, rate.lead_days, now=now) if rate else None,
        is_feasible=not obstacle,
        reason=obstacle,
        parts=_list_parts(place, parcel) if obstacle and not _is_shut(place, now=now) else (),
    )


def _find_obstacle(place: Candidate, parcel: Parcel, rate: Rate | None, *, now: dt.datetime) -> str:
    if shut := _is_shut(place, now=now):
        return shut
    if place.available < parcel.quantity:
        return f"{_count_stock(place)}, {parcel.quantity} wanted"
    if parcel.destination and rate is None:
        weight = Decimal(parcel.grams) / 1000
        return f"No carrier takes {weight.normalize():f} kg to {parcel.destination.country}"
    return ""


def _is_shut(place: Candidate, *, now: dt.datetime) -> str:
    """Why nothing leaves the place at all; blank when it is open."""
    if not place.is_active:
        return "Closed"
    if place.paused_until and place.paused_until > now:
        local = place.paused_until.astimezone(ZoneInfo(place.calendar.time_zone))
        return f"Paused until {local:%Y-%m-%d %H:%M}"
    return ""


def _count_stock(place: Candidate) -> str:
    """What may be promised, or what lies there and why not all of it may."""
    if not place.safety and not place.missing:
        return f"{place.available} available"
    words = [f"{place.free} free"]
    if place.safety:
        words.append(f"{place.safety} kept as safety stock")
    if place.missing:
        words.append(f"{place.missing} missing when counted")
    return ", ".join(words)


def _list_parts(place: Candidate, parcel: Parcel) -> tuple[tuple[int, Decimal | None], ...]:
    """What parcels of fewer units cost from here, by the most units each takes."""
    most = min(place.available, parcel.quantity)
    if parcel.destination is None:
        return ((most, None),) if most else ()
    each = parcel.grams // parcel.quantity
    steps = {min(most, rate.up_to_grams // each) if each else most for rate in place.rates}
    found = ((units, choose_rate(place.rates, parcel.of(units))) for units in sorted(steps - {0}))
    return tuple((units, rate.cost) for units, rate in found if rate)


def choose_rate(rates: Iterable[Rate], parcel: Parcel) -> Rate | None:
    """The cheapest carrier's rate: of each carrier the smallest step that takes the weight.

    A carrier's rate for a zone goes before its own for the country, the longer beginning of the
    postcode before the shorter. Rates of the country go before those of the rest of the world.
    """
    if parcel.destination is None:
        return None
    postcode = list_prefixes(parcel.destination.postcode)[0]
    for country in (parcel.destination.country, ""):
        steps: dict[str, Rate] = {}
        for rate in sorted(rates, key=lambda rate: (_match(rate, postcode), -rate.up_to_grams)):
            if rate.country == country and _fits(rate, parcel, postcode):
                steps[rate.carrier] = rate
        if steps:
            return min(steps.values(), key=lambda rate: (rate.cost, rate.lead_days, rate.carrier))
    return None


def _fits(rate: Rate, parcel: Parcel, postcode: str) -> bool:
    is_in_zone = not rate.zone or _match(rate, postcode) > 0
    return is_in_zone and rate.up_to_grams >= parcel.grams


def _match(rate: Rate, postcode: str) -> int:
    """How much of the postcode the rate's zone names; 0 for a rate of the whole country."""
    return max((len(prefix) for prefix in rate.zone if postcode.startswith(prefix)), default=0)


def _order(place: RankedLocation) -> tuple[Any, ...]:
    return (
        not place.is_feasible,
        place.cost is None,
        place.cost or 0,
        place.distance_km is None,
        place.distance_km or 0,
        place.location_id,
    )


def _with_reason(place: RankedLocation, best: RankedLocation | None, count: int) -> RankedLocation:
    if not place.is_feasible or best is None:
        return place
    return replace(place, reason=_praise(place, count) if place is best else _compare(place, best))


def _praise(place: RankedLocation, count: int) -> str:
    if count == 1:
        return "The only location"
    return "Enough stock at the lowest cost" if place.cost is not None else "Enough stock"


def _compare(place: RankedLocation, best: RankedLocation) -> str:
    if place.cost is not None and best.cost is not None and place.cost > best.cost:
        dearer = Money(place.cost - best.cost, place.currency)
        return f"Costs {dearer.format('en')} more"
    if place.distance_km is not None and best.distance_km is not None:
        if place.distance_km > best.distance_km:
            return f"Same cost, {place.distance_km - best.distance_km} km farther"
        return "Same cost and distance"
    return "Enough stock"


def sum_available(ranking: Iterable[RankedLocation]) -> int:
    """What may be promised over all places from which anything leaves."""
    return sum(place.available for place in ranking if place.is_feasible or place.parts)


def compute_distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great circle between two points in degrees (haversine)."""
    latitude, other_latitude = math.radians(one[0]), math.radians(other[0])
    half_chord = (
        math.sin((other_latitude - latitude) / 2) ** 2
        + math.cos(latitude)
        * math.cos(other_latitude)
        * math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half_chord))


def compute_arrival(calendar: Calendar, lead_days: int, *, now: dt.datetime) -> dt.date | None:
    """The day a parcel ordered `now` arrives: shipped on the next working day before cut-off.

    Lead days are working days of the location. `None` for a calendar without working days.
    """
    local = now.astimezone(ZoneInfo(calendar.time_zone))
    first = local.date() if local.time() < calendar.cut_off else local.date() + dt.timedelta(1)
    days = (first + dt.timedelta(ahead) for ahead in range(LONGEST_WAIT_DAYS))
    working = (day for day in days if calendar.is_working_day(day))
    for count, day in enumerate(working):
        if count == lead_days:
            return day
    return None


def list_prefixes(postcode: str) -> list[str]:
    """All beginnings of a postcode without its spaces and dashes, longest first, then none."""
    plain = postcode.upper().replace(" ", "").replace("-", "")
    return [plain[:length] for length in range(len(plain), -1, -1)]

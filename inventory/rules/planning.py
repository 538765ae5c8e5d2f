"""Which places the lines of one hold are given, once each place has been weighed for each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import Any

from inventory.rules.sourcing import RankedLocation, Wanted

# Splits are sought among so many places at most, those that have most. With more than that the
# combinations run into the thousands, and nobody wants so many parcels.
PLACES_TO_SPLIT = 12

Planned = Counter[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a line, or a part of it, is to be held, and the weighing that led there.

    Of a part, `wanted` has the part's quantity.
    """

    wanted: Wanted
    location_id: int
    ranking: tuple[RankedLocation, ...] = ()


def plan_sourcing(
    lines: Sequence[Wanted],
    rankings: Sequence[Sequence[RankedLocation]],
    *,
    may_split: bool = False,
) -> list[Choice] | None:
    """A place for each line: the best that still has enough after the lines before it.

    A line that no place can send alone is split where that is allowed: into the fewest parcels,
    of those the cheapest. Lines that name a place come first, then the larger before the smaller,
    so that the plan does not depend on the order they are asked in. `None` when some line finds
    no place: a hold is for all lines or for none.
    """
    planned: Planned = Counter()
    choices: dict[str, list[Choice]] = {}
    for line, ranking in sorted(zip(lines, rankings, strict=True), key=_turn):
        parts = _find_places(line, ranking, planned, may_split=may_split)
        if not parts:
            return None
        for location_id, units in parts.items():
            planned[line.variant_id, location_id] += units
        choices[line.reference] = _choose(line, ranking, parts)
    return [choice for line in lines for choice in choices[line.reference]]


def _turn(asked: tuple[Wanted, Sequence[RankedLocation]]) -> tuple[bool, int, str]:
    line, _ = asked
    return (line.location_id is None, -line.quantity, line.reference)


def _find_places(
    line: Wanted, ranking: Sequence[RankedLocation], planned: Planned, *, may_split: bool
) -> Mapping[int, int]:
    """Units by location; none when it cannot be done."""
    if line.location_id is not None:
        return {line.location_id: line.quantity}
    for place in ranking:
        if place.is_feasible and _left(line, place, planned) >= line.quantity:
            return {place.location_id: line.quantity}
    return _split(line, ranking, planned) if may_split else {}


def _left(line: Wanted, place: RankedLocation, planned: Planned) -> int:
    return place.available - planned[line.variant_id, place.location_id]


def _split(line: Wanted, ranking: Sequence[RankedLocation], planned: Planned) -> Mapping[int, int]:
    """The fewest places that have enough together; of those the cheapest, nearest, lowest ids."""
    most = {
        place: units
        for place in ranking
        if (units := min(_left(line, place, planned), _most_units(place))) > 0
    }
    places = sorted(most, key=lambda place: (-most[place], place.location_id))[:PLACES_TO_SPLIT]
    for count in range(2, len(places) + 1):
        enough = [
            _share(line.quantity, chosen, most)
            for chosen in combinations(sorted(places, key=ranking.index), count)
            if sum(most[place] for place in chosen) >= line.quantity
        ]
        if enough:
            best = min(enough, key=_order)
            return {place.location_id: units for place, units in best.items()}
    return {}


def _most_units(place: RankedLocation) -> int:
    """What the place could send in one parcel; of a feasible one the whole line."""
    if place.is_feasible:
        return place.available
    return max((units for units, _ in place.parts), default=0)


def _share(
    quantity: int, chosen: Sequence[RankedLocation], most: Mapping[RankedLocation, int]
) -> dict[RankedLocation, int]:
    """As much as there is from the better places, the rest from the last."""
    shares = {}
    for place in chosen:
        shares[place] = min(quantity, most[place])
        quantity -= shares[place]
    return shares


def _order(shares: Mapping[RankedLocation, int]) -> tuple[Any, ...]:
    costs = [_cost_of(place, units) for place, units in shares.items()]
    return (
        None in costs,
        sum((cost for cost in costs if cost is not None), Decimal(0)),
        sum(place.distance_km or 0 for place in shares),
        sorted(place.location_id for place in shares),
    )


def _cost_of(place: RankedLocation, units: int) -> Decimal | None:
    steps = (cost for up_to, cost in place.parts if up_to >= units)
    return next(steps, place.cost)


def _choose(
    line: Wanted, ranking: Sequence[RankedLocation], parts: Mapping[int, int]
) -> list[Choice]:
    """A choice per place. All keep the ranking, in which every chosen place says what it sends."""
    told = tuple(
        _with_share(place, parts.get(place.location_id, 0), line.quantity) for place in ranking
    )
    return [
        Choice(line if units == line.quantity else replace(line, quantity=units), location_id, told)
        for location_id, units in parts.items()
    ]


def _with_share(place: RankedLocation, units: int, of: int) -> RankedLocation:
    if not units:
        return place
    reason = place.reason if units == of else f"Sends {units} of {of}"
    return replace(place, sends=units, reason=reason)

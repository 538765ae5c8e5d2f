"""The places as they were weighed for a hold: best first, each with what speaks for or against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from console.components import Availability, StockRow
from console.reader import Reader
from inventory.models import Reservation
from inventory.rules import RankedLocation
from inventory.states import LIVE


def draw_ranking(hold: Reservation, reader: Reader) -> Availability:
    """What the reservation keeps of the weighing, with the place that holds it marked."""
    return Availability(
        caption=f"Why {hold.location.name}: stock of {hold.variant.sku} per centre, best first",
        rows=[_row(place, hold, reader) for place in hold.ranking],
        as_of=f"As weighed at {reader.moment(hold.made_at)}. Enough stock first, then cost, then "
        "distance.",
    )


def draw_places(
    ranking: Sequence[RankedLocation], reader: Reader, *, sku: str, as_of: dt.datetime
) -> Availability:
    """The places as they are weighed at this moment, for stock that nobody holds yet."""
    return Availability(
        caption=f"Stock of {sku} per centre, best first",
        rows=[_row_of(place.as_facts(), reader) for place in ranking],
        as_of=f"As of {reader.hour(as_of)}.",
    )


def _row(place: dict[str, Any], hold: Reservation, reader: Reader) -> StockRow:
    is_held_here = place["location_id"] == hold.location_id and hold.state in LIVE
    row = _row_of(place, reader)
    # A line may be held in parts: its other holds lie there.
    sends = place.get("sends", 0)
    reason = f"{row.reason} · sends {sends}" if sends and not is_held_here else row.reason
    return replace(row, reason=reason, is_chosen=is_held_here, is_held_here=is_held_here)


def _row_of(place: dict[str, Any], reader: Reader) -> StockRow:
    arrives = dt.date.fromisoformat(place["arrives_on"]) if place["arrives_on"] else None
    cost, distance = place["cost"], place["distance_km"]
    return StockRow(
        centre=place["name"],
        free=str(place["available"]),
        distance="–" if distance is None else f"{distance} km",
        cost="–" if cost is None else reader.money(Decimal(cost), place["currency"]),
        arrives=reader.weekday(arrives) if arrives and place["is_feasible"] else "not from here",
        reason=place["reason"],
        is_short=not place["is_feasible"],
    )

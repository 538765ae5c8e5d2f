"""The places as they were weighed for a hold: best first, each with what speaks for or against."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from console.components import Availability, StockRow
from console.reader import Reader
from inventory.models import Reservation
from inventory.states import LIVE


def draw_ranking(hold: Reservation, reader: Reader) -> Availability:
    """What the reservation keeps of the weighing, with the place that holds it marked."""
    return Availability(
        caption=f"Why {hold.location.name}: stock of {hold.variant.sku} per centre, best first",
        rows=[_row(place, hold, reader) for place in hold.ranking],
        as_of=f"As weighed at {reader.moment(hold.made_at)}. Enough stock first, then cost, then "
        "distance.",
    )


def _row(place: dict[str, Any], hold: Reservation, reader: Reader) -> StockRow:
    is_here = place["location_id"] == hold.location_id
    arrives = dt.date.fromisoformat(place["arrives_on"]) if place["arrives_on"] else None
    cost, distance = place["cost"], place["distance_km"]
    return StockRow(
        centre=place["name"],
        free=str(place["available"]),
        distance="–" if distance is None else f"{distance} km",
        cost="–" if cost is None else reader.money(Decimal(cost), place["currency"]),
        arrives=reader.weekday(arrives) if arrives and place["is_feasible"] else "not from here",
        reason=place["reason"],
        is_chosen=is_here and hold.state in LIVE,
        is_held_here=is_here and hold.state in LIVE,
        is_short=not place["is_feasible"],
    )

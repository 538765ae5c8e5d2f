"""Rows of stock as the API tells them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from api.stock.feed import ChangedPlace
from inventory.models import Location, StockEntry, StockLevel
from inventory.queries import PlacePicture


def moment(at: dt.datetime | None) -> str | None:
    """RFC 3339 in UTC, as all times of the API."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if at else None


def level(row: StockLevel, place: PlacePicture, *, livemode: bool) -> dict[str, Any]:
    """One lot at one place. `promisable` is bounded by what the whole place may promise."""
    (lot,) = (each for each in place.levels if each.stock_level_id == row.pk)
    return {
        "object": "stock_level",
        "sku": row.variant.sku,
        "location": row.location.code,
        "lot": row.lot,
        "bin": lot.bin or None,
        "available": lot.available,
        "held": lot.held,
        "allocated": lot.allocated,
        "quarantine": lot.quarantine,
        "on_hand": lot.on_hand,
        "promisable": min(lot.free, place.promisable),
        "sellable": min(lot.free, place.sellable),
        "sequence": lot.sequence,
        "livemode": livemode,
    }


def availability(sku: str, places: Sequence[PlacePicture]) -> dict[str, Any]:
    return {
        "object": "availability",
        "sku": sku,
        "available": sum(place.available for place in places),
        "promisable": sum(place.promisable for place in places),
        "sellable": sum(place.sellable for place in places),
        "places": [{"location": place.code} | _figures(place) for place in places],
    }


def change(changed: ChangedPlace, place: PlacePicture) -> dict[str, Any]:
    return {
        "object": "stock_change",
        "sku": changed.sku,
        "location": changed.location,
        "cause": changed.cause,
    } | _figures(place)


def _figures(place: PlacePicture) -> dict[str, int]:
    return {
        "available": place.available,
        "promisable": place.promisable,
        "sellable": place.sellable,
        "sequence": place.sequence,
    }


def entry(row: StockEntry) -> dict[str, Any]:
    return {
        "object": "stock_entry",
        "sku": row.stock_level.variant.sku,
        "location": row.stock_level.location.code,
        "lot": row.stock_level.lot,
        "from": row.from_bucket,
        "to": row.to_bucket,
        "quantity": row.quantity,
        "cause": row.cause,
        "reason": row.reason or None,
        "reference": row.reference,
        "sequence": row.sequence,
        "at": moment(row.at),
    }


def location(row: Location) -> dict[str, Any]:
    return {
        "object": "location",
        "id": row.public_id,
        "code": row.code,
        "name": row.name,
        "country": row.country,
        "postcode": row.postcode,
        "time_zone": row.time_zone,
        "cut_off": row.cut_off.isoformat("minutes"),
        "working_days": list(row.working_days),
        "is_active": row.is_active,
        "paused_until": moment(row.paused_until),
        "accepts_returns": row.accepts_returns,
    }

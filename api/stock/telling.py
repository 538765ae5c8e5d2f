"""Rows of stock as the API tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

from api.references import publish
from api.shapes import AllowedAction, Cursor, Moment, action, moment
from api.stock.feed import ChangedPlace
from core.models import Partner
from core.verdicts import Verdict
from inventory.models import Location, StockEntry, StockLevel
from inventory.queries import PlacePicture


class StockLevelTold(TypedDict):
    """One lot at one place, by bucket. `allocate` is `POST /allocations`, with its location."""

    object: Literal["stock_level"]
    sku: str
    location: str
    lot: str
    bin: str | None
    available: int
    held: int
    allocated: int
    quarantine: int
    on_hand: int
    promisable: int
    sellable: int
    sequence: int
    allowed_actions: list[AllowedAction]
    livemode: bool


class Figures(TypedDict):
    """What there is at a place. `sequence` rises with every change there."""

    available: int
    promisable: int
    sellable: int
    sequence: int


class AvailabilityAt(Figures):
    location: str


class AvailabilityTold(TypedDict):
    """What there is of a SKU, over all places and at each. `allocate` is `POST /allocations`."""

    object: Literal["availability"]
    sku: str
    available: int
    promisable: int
    sellable: int
    places: list[AvailabilityAt]
    allowed_actions: list[AllowedAction]


class AvailabilityList(TypedDict):
    """One for each SKU asked for, in that order."""

    data: list[AvailabilityTold]
    as_of: Moment
    livemode: bool


class StockChangeTold(Figures):
    """A place where stock changed, with the figures as they are now.

    `allowed_actions` is always empty: it is what has happened there.
    """

    object: Literal["stock_change"]
    sku: str
    location: str
    cause: str
    allowed_actions: list[AllowedAction]


class StockChangeFeed(TypedDict):
    """`next` is where to go on from, whether or not there was anything."""

    data: list[StockChangeTold]
    next: Cursor
    has_more: bool
    as_of: Moment
    livemode: bool


# “from” is a word of Python's own.
StockEntryTold = TypedDict(
    "StockEntryTold",
    {
        "object": Literal["stock_entry"],
        "sku": str,
        "location": str,
        "lot": str,
        "from": str,
        "to": str,
        "quantity": int,
        "cause": str,
        "reason": str | None,
        "reference": str | None,
        "sequence": int,
        "at": Moment,
        "allowed_actions": list[AllowedAction],
    },
)
StockEntryTold.__doc__ = """Units that went from one bucket to another.

`reference` is what for: an id of the API, with the position of its line where it has lines, or
your own word; null for what has no name outside. `allowed_actions` is always empty: the ledger
only grows.
"""


class LocationTold(TypedDict):
    """A fulfilment centre. `allowed_actions` is always empty: people at the desk run them."""

    object: Literal["location"]
    id: str
    code: str
    name: str
    country: str
    postcode: str
    time_zone: str
    cut_off: str
    working_days: list[int]
    is_active: bool
    paused_until: Moment | None
    accepts_returns: bool
    allowed_actions: list[AllowedAction]


class LocationList(TypedDict):
    data: list[LocationTold]


def level(row: StockLevel, place: PlacePicture, *, livemode: bool) -> StockLevelTold:
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
        "allowed_actions": _may_sell(min(lot.free, place.sellable)),
        "livemode": livemode,
    }


def availability(sku: str, places: Sequence[PlacePicture]) -> AvailabilityTold:
    return {
        "object": "availability",
        "sku": sku,
        "available": sum(place.available for place in places),
        "promisable": sum(place.promisable for place in places),
        "sellable": sum(place.sellable for place in places),
        "places": [{"location": place.code, **_figures(place)} for place in places],
        "allowed_actions": _may_sell(sum(place.sellable for place in places)),
    }


def change(changed: ChangedPlace, place: PlacePicture) -> StockChangeTold:
    return {
        "object": "stock_change",
        "sku": changed.sku,
        "location": changed.location,
        "cause": changed.cause,
        "allowed_actions": [],
        **_figures(place),
    }


def _may_sell(sellable: int) -> list[AllowedAction]:
    verdict = Verdict.of(None if sellable > 0 else "Nothing of it is free to be sold.")
    return [action("allocate", verdict)]


def _figures(place: PlacePicture) -> Figures:
    return {
        "available": place.available,
        "promisable": place.promisable,
        "sellable": place.sellable,
        "sequence": place.sequence,
    }


def tell_entries(rows: Sequence[StockEntry], partner: Partner) -> list[StockEntryTold]:
    """What they are for is read for all of them at once."""
    names = publish((row.reference for row in rows), partner)
    return [_entry(row, names) for row in rows]


def _entry(row: StockEntry, names: Mapping[str, str]) -> StockEntryTold:
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
        "reference": names.get(row.reference) or None,
        "sequence": row.sequence,
        "at": moment(row.at),
        "allowed_actions": [],
    }


def location(row: Location) -> LocationTold:
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
        "allowed_actions": [],
    }

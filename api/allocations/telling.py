from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from api.allocations.reading import Sale
from api.shapes import AllowedAction, Moment, action, moment
from inventory.models import Allocation
from inventory.states import AllocationState


class AllocationPlace(TypedDict):
    """Units of it that come out of one lot."""

    location: str
    lot: str
    bin: str | None
    quantity: int
    state: Annotated[str, AllocationState]
    resolved_at: Moment | None


class AllocationTold(TypedDict):
    """Units sold on a channel and not sent yet, under the seller's own reference.

    `allowed_actions` are `POST /allocations/{reference}/{action}`.
    """

    object: Literal["allocation"]
    reference: str
    channel: str | None
    sku: str
    state: Annotated[str, AllocationState]
    quantity: int
    quantity_open: int
    quantity_shipped: int
    quantity_cancelled: int
    places: list[AllocationPlace]
    made_at: Moment
    resolved_at: Moment | None
    allowed_actions: list[AllowedAction]
    livemode: bool


class AllocationsMade(TypedDict):
    """One for each line, in that order."""

    data: list[AllocationTold]


def allocation(sale: Sale, *, livemode: bool) -> AllocationTold:
    return {
        "object": "allocation",
        "reference": sale.first.reference,
        "channel": sale.first.channel or None,
        "sku": sale.first.variant.sku,
        "state": sale.state.value,
        "quantity": sale.units(),
        "quantity_open": sale.units(AllocationState.OPEN),
        "quantity_shipped": sale.units(AllocationState.SHIPPED),
        "quantity_cancelled": sale.units(AllocationState.CANCELLED),
        "places": [_place(row) for row in sale.rows],
        "made_at": moment(sale.first.made_at),
        "resolved_at": moment(sale.resolved_at),
        "allowed_actions": [
            action("cancel", sale.may_cancel()),
            action("ship", sale.may_ship()),
        ],
        "livemode": livemode,
    }


def _place(row: Allocation) -> AllocationPlace:
    level = row.stock_level
    return {
        "location": row.location.code,
        "lot": level.lot,
        "bin": level.bin.code if level.bin else None,
        "quantity": row.quantity,
        "state": row.state,
        "resolved_at": moment(row.resolved_at),
    }

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.shapes import AllowedAction, Day, Moment, day, moment
from fulfilment.models import InboundParcel, Shipment
from fulfilment.states import ParcelState, ShipmentState


class ShipmentLineTold(TypedDict):
    """Units of an order line that go in it. `reservation` is the hold behind them."""

    order_line: int
    sku: str
    quantity: int
    reservation: str | None


class ShipmentTold(TypedDict):
    """Goods on their way out of one location."""

    object: Literal["shipment"]
    id: str
    order: str
    location: str
    state: Annotated[str, ShipmentState]
    carrier: str | None
    tracking_number: str | None
    lines: list[ShipmentLineTold]
    promised_on: Day | None
    released_at: Moment | None
    shipped_at: Moment | None
    delivered_at: Moment | None
    livemode: bool


class ShipmentNow(ShipmentTold):
    """The same, with its exchange and what may be done with it now.

    `substitute` is `POST /exchanges/{id}/substitute`. What has left and arrived is never said by
    a command; what a crew takes along leaves by its visit.
    """

    exchange: str | None
    allowed_actions: list[AllowedAction]


class ParcelTold(TypedDict):
    """What a customer sends back, announced or not."""

    object: Literal["parcel"]
    id: str
    case: str | None
    location: str
    state: Annotated[str, ParcelState]
    carrier: str | None
    tracking_number: str | None
    announced_at: Moment
    in_transit_at: Moment | None
    arrived_at: Moment | None
    livemode: bool


class ParcelNow(ParcelTold):
    """The same, with what may be done with it now.

    `depart` and `short-close` are `POST /returns/{id}/{action}`; it is never received by one.
    """

    allowed_actions: list[AllowedAction]


def with_all(rows: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return rows.select_related("order", "location").prefetch_related("lines__order_line")


def shipment(row: Shipment, *, livemode: bool) -> ShipmentTold:
    return {
        "object": "shipment",
        "id": row.public_id,
        "order": row.order.public_id,
        "location": row.location.code,
        "state": row.state,
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number or None,
        "lines": [
            {
                "order_line": line.order_line.position,
                "sku": line.order_line.sku,
                "quantity": line.quantity,
                "reservation": line.reservation or None,
            }
            for line in row.lines.all()
        ],
        "promised_on": day(row.promised_on),
        "released_at": moment(row.released_at),
        "shipped_at": moment(row.shipped_at),
        "delivered_at": moment(row.delivered_at),
        "livemode": livemode,
    }


def parcel(row: InboundParcel, *, case: str | None, livemode: bool) -> ParcelTold:
    """`case` is the return's id; None for what nobody announced."""
    return {
        "object": "parcel",
        "id": row.public_id,
        "case": case,
        "location": row.location.code,
        "state": row.state,
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number or None,
        "announced_at": moment(row.announced_at),
        "in_transit_at": moment(row.in_transit_at),
        "arrived_at": moment(row.arrived_at),
        "livemode": livemode,
    }

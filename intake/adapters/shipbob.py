"""ShipBob: what a shipment has come to. Events may overtake each other; fractions have 7 digits."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder

STATUSES = {
    "labelcreated": ParcelStatus.LABEL_MADE,
    "labeledcreated": ParcelStatus.LABEL_MADE,
    "fulfilled": ParcelStatus.IN_TRANSIT,
    "intransit": ParcelStatus.IN_TRANSIT,
    "outfordelivery": ParcelStatus.IN_TRANSIT,
    "completed": ParcelStatus.IN_TRANSIT,
    "delivered": ParcelStatus.DELIVERED,
    "deliveryexception": ParcelStatus.TROUBLE,
    "exception": ParcelStatus.TROUBLE,
    "returned": ParcelStatus.RETURNED,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The parcel in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    tracking = node.child("tracking")
    number = tracking.text("tracking_id") or tracking.text("tracking_number")
    if number is None:
        return NotAnOrder("It names no parcel.")
    said = node.text("status") or ""
    return [
        ReadTracking(
            external_id=node.text("order_id"),
            tracking_number=number,
            carrier=tracking.text("carrier") or "",
            status=STATUSES.get(said.replace(" ", "").lower(), ParcelStatus.UNKNOWN),
            said_as=said,
            happened_at=node.moment("event_time"),
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(name="shipbob", title="ShipBob", read=read, topic_header="shipbob-topic")

"""Shippo: a parcel on its way. `status_date` is the scan, `object_created` when Shippo heard."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder
from intake.signing import timed

STATUSES = {
    "PRE_TRANSIT": ParcelStatus.LABEL_MADE,
    "TRANSIT": ParcelStatus.IN_TRANSIT,
    "DELIVERED": ParcelStatus.DELIVERED,
    "RETURNED": ParcelStatus.RETURNED,
    "FAILURE": ParcelStatus.TROUBLE,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The parcel in `document`, bare or inside an event."""
    node = Node(document if isinstance(document, dict) else {}, [])
    told = node.child("data") or node
    number, status = told.text("tracking_number"), told.child("tracking_status")
    if number is None or not status:
        return NotAnOrder("It is not about a parcel on its way.")
    said = status.text("status") or ""
    return [
        ReadTracking(
            external_id=status.text("object_id"),
            tracking_number=number,
            carrier=told.text("carrier") or "",
            status=STATUSES.get(said, ParcelStatus.UNKNOWN),
            said_as=said.lower(),
            happened_at=status.moment("status_date"),
            is_test=bool(node.flag("test")),
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(
    name="shippo", title="Shippo", read=read, is_signed=timed("Shippo-Auth-Signature")
)

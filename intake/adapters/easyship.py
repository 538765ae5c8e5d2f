"""Easyship: a change of tracking. Version 1 says it in `tracking_status`, 2 in `data`."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder
from intake.signing import easyship

STATUSES = {
    "pending": ParcelStatus.LABEL_MADE,
    "info received": ParcelStatus.LABEL_MADE,
    "in transit to customer": ParcelStatus.IN_TRANSIT,
    "in transit": ParcelStatus.IN_TRANSIT,
    "out for delivery": ParcelStatus.IN_TRANSIT,
    "delivered": ParcelStatus.DELIVERED,
    "failed attempt": ParcelStatus.TROUBLE,
    "exception": ParcelStatus.TROUBLE,
    "returned": ParcelStatus.RETURNED,
    "return to sender": ParcelStatus.RETURNED,
    "lost": ParcelStatus.LOST,
    "lost by courier": ParcelStatus.LOST,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """The parcel in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    told = node.child("data") or node.child("tracking_status")
    number = told.text("tracking_number")
    if number is None:
        return NotAnOrder("It names no parcel.")
    said = (told.text("status") or "").lower()
    return [
        ReadTracking(
            external_id=node.text("resource_id") or told.text("easyship_shipment_id"),
            tracking_number=number,
            carrier=told.text("courier_name") or "",
            status=STATUSES.get(said, ParcelStatus.UNKNOWN),
            said_as=said,
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(name="easyship", title="Easyship", read=read, is_signed=easyship)

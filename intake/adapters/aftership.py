"""AfterShip: a tracking update. Checkpoint times are the carrier's local ones without a zone.

One event id may come again with another tag, and some senders write the texts "null" and "true".
"""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder
from intake.signing import base64_of_body

TAGS = {
    "InfoReceived": ParcelStatus.LABEL_MADE,
    "Pending": ParcelStatus.LABEL_MADE,
    "InTransit": ParcelStatus.IN_TRANSIT,
    "OutForDelivery": ParcelStatus.IN_TRANSIT,
    "AvailableForPickup": ParcelStatus.IN_TRANSIT,
    "AttemptFail": ParcelStatus.TROUBLE,
    "Exception": ParcelStatus.TROUBLE,
    "Delivered": ParcelStatus.DELIVERED,
    "Expired": ParcelStatus.LOST,
}
RETURNED = "Exception_011"  # the sub-tag of a parcel that is back at its sender


def read(document: Any, *, topic: str = "") -> Readings:
    """The parcel in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    told = node.child("msg")
    number = _text(told, "tracking_number")
    if not number:
        return NotAnOrder("It names no parcel.")
    tag = _text(told, "tag")
    status = TAGS.get(tag, ParcelStatus.UNKNOWN)
    if _text(told, "subtag") == RETURNED:
        status = ParcelStatus.RETURNED
    return [
        ReadTracking(
            external_id=node.text("event_id"),
            tracking_number=number,
            carrier=_text(told, "slug"),
            status=status,
            said_as=tag,
            happened_at=node.unix("ts"),
            findings=tuple(node.findings),
        )
    ]


def _text(node: Node, key: str) -> str:
    stated = node.text(key) or ""
    return "" if stated == "null" else stated


ADAPTER = ChannelAdapter(
    name="aftership",
    title="AfterShip",
    read=read,
    is_signed=base64_of_body("aftership-hmac-sha256"),
)

"""ShipHero: parcels that left. Numbers may be text, `test` is "0" or "1", and a tracking number may
be the word “Pickup”. Its stock figures are not taken: a count comes as a report of the warehouse.
"""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder
from intake.signing import base64_of_body


def read(document: Any, *, topic: str = "") -> Readings:
    """The parcel in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    if "inventory" in node:
        return NotAnOrder("It is a stock figure; counts come as reports of the warehouse.")
    told = node.child("fulfillment") or node
    number = told.text("tracking_number") or told.text("custom_tracking_number")
    if number is None:
        return NotAnOrder("It names no parcel.")
    if number.lower() == "pickup":
        return NotAnOrder("The customer picks it up: there is no parcel to follow.")
    is_delivered = (told.text("status") or "").lower() == "delivered"
    return [
        ReadTracking(
            external_id=told.text("shipment_id") or node.text("order_id"),
            tracking_number=number,
            carrier=told.text("shipping_carrier") or "",
            status=ParcelStatus.DELIVERED if is_delivered else ParcelStatus.IN_TRANSIT,
            said_as=told.text("status") or "shipped",
            happened_at=told.moment("created_date", naive_is_utc=True),
            is_test=node.says_yes("test"),
            findings=tuple(node.findings),
        )
    ]


ADAPTER = ChannelAdapter(
    name="shiphero",
    title="ShipHero",
    read=read,
    is_signed=base64_of_body("X-Shiphero-Hmac-Sha256"),
)

"""EasyPost: trackers, alone or in an event. Times are UTC; some sample events are empty shells."""

from __future__ import annotations

from typing import Any

from intake.adapters.port import ChannelAdapter, records_in
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.reading import NotAnOrder
from intake.signing import hex_of_body

STATUSES = {
    "pre_transit": ParcelStatus.LABEL_MADE,
    "in_transit": ParcelStatus.IN_TRANSIT,
    "out_for_delivery": ParcelStatus.IN_TRANSIT,
    "available_for_pickup": ParcelStatus.IN_TRANSIT,
    "delivered": ParcelStatus.DELIVERED,
    "return_to_sender": ParcelStatus.RETURNED,
    "failure": ParcelStatus.TROUBLE,
    "error": ParcelStatus.TROUBLE,
    "cancelled": ParcelStatus.TROUBLE,
}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every tracker in `document`."""
    found = [
        _read_tracker(Node(value, []), path)
        for path, value in records_in(document, _is_tracker, inside={"result", "trackers"})
    ]
    return [*found] or NotAnOrder("There is no tracker in it.")


def _is_tracker(value: dict[str, Any]) -> bool:
    return value.get("object") == "Tracker"


def _read_tracker(node: Node, path: str) -> ReadTracking:
    scans = node.children("tracking_details") or []
    said = (node.text("status") or "").lower()
    return ReadTracking(
        path=path,
        external_id=node.text("id"),
        tracking_number=node.text("tracking_code") or "",
        carrier=node.text("carrier") or "",
        status=STATUSES.get(said, ParcelStatus.UNKNOWN),
        said_as=said,
        happened_at=(scans[-1].moment("datetime") if scans else None) or node.moment("updated_at"),
        is_test=node.text("mode") == "test",
        findings=tuple(node.findings),
    )


ADAPTER = ChannelAdapter(
    name="easypost",
    title="EasyPost",
    read=read,
    is_signed=hex_of_body("X-Hmac-Signature", prefix="hmac-sha256-hex="),
)

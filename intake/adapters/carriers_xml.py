"""Answers of carriers in XML: FedEx, USPS and Canada Post, told apart by their root.

Times are local and mostly without a zone, so that only those with one are kept. One number may have
several results (carriers use numbers again): then nobody can tell which is meant, and it waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from intake.adapters.port import ChannelAdapter
from intake.document import Node
from intake.facts import ParcelStatus, Readings, ReadTracking
from intake.parsing import parse_xml
from intake.reading import NotAnOrder, Severity

FEDEX = {
    "DL": ParcelStatus.DELIVERED,
    "RS": ParcelStatus.RETURNED,
    "DE": ParcelStatus.TROUBLE,
    "SE": ParcelStatus.TROUBLE,
    "CA": ParcelStatus.TROUBLE,
    "OC": ParcelStatus.LABEL_MADE,
    "IN": ParcelStatus.LABEL_MADE,
}
USPS = {
    "delivered": ParcelStatus.DELIVERED,
    "in transit": ParcelStatus.IN_TRANSIT,
    "out for delivery": ParcelStatus.IN_TRANSIT,
    "accepted": ParcelStatus.IN_TRANSIT,
    "pre-shipment": ParcelStatus.LABEL_MADE,
    "alert": ParcelStatus.TROUBLE,
    "return to sender": ParcelStatus.RETURNED,
    "delivery attempt": ParcelStatus.TROUBLE,
}
CANADA_POST_DELIVERED = {"1408", "1409", "1421", "1422", "1423", "1424", "1427", "1428", "1429",
                         "1430", "1431", "1432", "1433", "1434", "1441", "1442", "1496", "1497",
                         "1498", "1499", "5300"}  # fmt: skip
CANADA_POST_RETURNED = {"1481", "1482", "1483", "1484", "1415", "1416", "1417", "1418"}


def read(document: Any, *, topic: str = "") -> Readings:
    """Every parcel in `document`."""
    node = Node(document if isinstance(document, dict) else {}, [])
    for root, reader in (
        ("TrackReply", _read_fedex),
        ("TrackResponse", _read_usps),
        ("tracking-detail", _read_canada_post),
    ):
        if root in node:
            found = list(reader(node.child(root)))
            return [*found] or NotAnOrder("It names no parcel.")
    return NotAnOrder("It is not an answer of a carrier that is known here.")


def _list(node: Node, key: str) -> list[Node]:
    """XML has no lists: one element is an object, several are a list."""
    if isinstance(node.value.get(key), dict):
        return [node.child(key)]
    return node.children(key) or []


def _read_fedex(reply: Node) -> Iterator[ReadTracking]:
    for completed in _list(reply, "CompletedTrackDetails"):
        details = _list(completed, "TrackDetails")
        for position, detail in enumerate(details):
            path = f"{position}" if len(details) > 1 else ""
            yield _read_fedex_detail(detail, path, is_one_of=len(details))


def _read_fedex_detail(detail: Node, path: str, *, is_one_of: int) -> ReadTracking:
    notice, status = detail.child("Notification"), detail.child("StatusDetail")
    code = status.text("Code") or ""
    if notice.text("Severity") == "ERROR":
        message = f"The carrier answers: {notice.text('Message') or 'an error'}"[:400]
        detail.find("tracking_number", "carrier_error", message, Severity.IGNORE)
    elif is_one_of > 1:
        message = f"The number was used {is_one_of} times; which parcel is meant?"
        detail.find("tracking_number", "several_results", message)
    elif not code:
        detail.find("status", "missing", "The answer carries no status code.")
    return ReadTracking(
        path=path,
        external_id=detail.text("TrackingNumberUniqueIdentifier"),
        tracking_number=detail.text("TrackingNumber") or "",
        carrier="FedEx",
        status=FEDEX.get(code, ParcelStatus.IN_TRANSIT if code else ParcelStatus.UNKNOWN),
        said_as=status.text("Description") or "",
        happened_at=(
            detail.moment("ActualDeliveryTimestamp")
            if _has_zone(detail, "ActualDeliveryTimestamp")
            else None
        ),
        findings=tuple(detail.findings),
    )


def _has_zone(node: Node, key: str) -> bool:
    return node.text(key) is not None and node.local_time(key) is None


def _read_usps(response: Node) -> Iterator[ReadTracking]:
    parcels = _list(response, "TrackInfo")
    for position, parcel in enumerate(parcels):
        said = (parcel.text("StatusCategory") or "").lower()
        if "Error" in parcel:
            message = "The carrier answers that it does not know the number."
            parcel.find("tracking_number", "carrier_error", message, Severity.IGNORE)
        yield ReadTracking(
            path=str(position) if len(parcels) > 1 else "",
            external_id=parcel.text("@ID"),
            tracking_number=parcel.text("@ID") or "",
            carrier="USPS",
            status=USPS.get(said, ParcelStatus.UNKNOWN),
            said_as=parcel.text("Status") or said,
            findings=tuple(parcel.findings),
        )


def _read_canada_post(detail: Node) -> Iterator[ReadTracking]:
    events = _list(detail.child("significant-events"), "occurrence")
    codes = {event.text("event-identifier") or "" for event in events}
    if codes & CANADA_POST_DELIVERED:
        status = ParcelStatus.DELIVERED
    elif codes & CANADA_POST_RETURNED:
        status = ParcelStatus.RETURNED
    else:
        status = ParcelStatus.IN_TRANSIT if events else ParcelStatus.LABEL_MADE
    yield ReadTracking(
        external_id=detail.text("pin"),
        tracking_number=detail.text("pin") or "",
        carrier="Canada Post",
        status=status,
        said_as=events[0].text("event-description") or "" if events else "",
        findings=tuple(detail.findings),
    )


ADAPTER = ChannelAdapter(
    name="carriers-xml", title="Carriers (XML)", read=read, parse=parse_xml,
    aliases=("fedex", "usps", "canadapost"),
)  # fmt: skip

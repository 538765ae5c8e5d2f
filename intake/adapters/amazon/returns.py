"""Returns: of orders fulfilled outside of the shop, and the report of those of FBA."""

from __future__ import annotations

from intake.document import Node
from intake.facts import ReadReturn

OVER = {"CANCELLED", "CANCELED", "REJECTED", "REPLACED", "EXPIRED"}


def read_return(node: Node, path: str) -> ReadReturn:
    """A return of an order fulfilled outside of the shop."""
    channel, shipping = node.child("marketplaceChannelDetails"), node.child("returnShippingInfo")
    back = shipping.child("reverseTrackingInfo")
    status = node.text("status") or ""
    return ReadReturn(
        path=path,
        external_id=node.text("id"),
        order_external_id=channel.text("customerOrderId"),
        sku=node.text("merchantSku") or channel.text("channelSku") or "",
        quantity=node.whole("numberOfUnits"),
        reason=node.child("returnMetadata").text("returnReason") or "",
        carrier=back.text("carrierName") or "",
        tracking_number=back.text("trackingId") or "",
        status=status,
        is_over=status.upper() in OVER,
        is_settled=status.upper() in {"PROCESSED", "REFUNDED"},
        happened_at=node.moment("creationDateTime"),
        findings=tuple(node.findings),
    )


def read_report_row(row: Node, position: int) -> ReadReturn:
    """One unit of the FBA returns report; its key is the label on the unit."""
    return ReadReturn(
        path=str(position),
        external_id=row.text("license-plate-number"),
        order_external_id=row.text("order-id"),
        sku=row.text("sku") or "",
        quantity=row.whole("quantity") or 1,
        reason=row.text("reason") or "",
        comment=row.text("customer-comments") or "",
        status=row.text("detailed-disposition") or row.text("status") or "",
        is_settled=True,
        happened_at=row.moment("return-date", naive_is_utc=True),
        findings=tuple(row.findings),
    )

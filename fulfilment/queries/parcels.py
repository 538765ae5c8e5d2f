from __future__ import annotations

from core.kept import KeptQuery, put_at_hand
from fulfilment.models import InboundParcel, Shipment, ShipmentLine

_ANNOUNCED: KeptQuery[InboundParcel] = KeptQuery(
    lambda case: (
        InboundParcel.objects.filter(case=case).select_related("location").order_by("-pk")[:1]
    )
)
_SHIPMENTS: KeptQuery[Shipment] = KeptQuery(
    lambda reference: (
        Shipment.objects.filter(reference=reference)
        .select_related("location", "order")
        .order_by("pk")
    )
)
_LINES: KeptQuery[ShipmentLine] = KeptQuery(
    lambda shipment_ids: ShipmentLine.objects.filter(shipment__in=shipment_ids)
)


def list_shipments(reference: str) -> list[Shipment]:
    """Outgoing shipments for a reference (``exchange:12``), oldest first, with their lines."""
    shipments = _SHIPMENTS(reference)
    lines = _LINES([shipment.pk for shipment in shipments])
    for shipment in shipments:
        own = [line for line in lines if line.shipment_id == shipment.pk]
        put_at_hand(shipment, "lines", own, back="shipment")
    return shipments


def get_shipment(shipment_id: int) -> Shipment:
    """Raises `Shipment.DoesNotExist`."""
    shipment: Shipment = Shipment.objects.select_related("location", "order").get(pk=shipment_id)
    return shipment


def get_parcel(case: str) -> InboundParcel | None:
    """The parcel last announced for a case (``return:12``)."""
    return _ANNOUNCED.first(case)


def find_by_tracking(*, partner_id: int, tracking_number: str) -> list[Shipment | InboundParcel]:
    """Every parcel, out or in, that a carrier knows by this number."""
    shipments = Shipment.objects.for_partner(partner_id).select_related("order")
    inbound = InboundParcel.objects.for_partner(partner_id)
    return [
        *shipments.filter(tracking_number=tracking_number).order_by("pk"),
        *inbound.filter(tracking_number=tracking_number).order_by("pk"),
    ]

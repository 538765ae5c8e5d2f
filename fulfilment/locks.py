"""The only row locks of this app; a shipment or parcel changes state under one."""

from __future__ import annotations

from fulfilment.models import InboundParcel, Shipment


def lock_shipment(pk: int) -> Shipment:
    shipment: Shipment = Shipment.objects.select_for_update(no_key=True).get(pk=pk)
    return shipment


def lock_parcel(pk: int) -> InboundParcel:
    parcel: InboundParcel = InboundParcel.objects.select_for_update(no_key=True).get(pk=pk)
    return parcel

"""Parcels on their way: `outbound` to customers, `inbound` from them.

None of these moves stock; who calls them does, in the same transaction.
"""

from fulfilment.services.inbound import (
    announce_parcel,
    close_parcel,
    mark_arrived,
    mark_counted,
    mark_departed,
)
from fulfilment.services.outbound import (
    cancel_shipment,
    deliver_shipment,
    pick_shipment,
    plan_shipment,
    release_shipment,
    ship_shipment,
)

__all__ = [
    "announce_parcel",
    "cancel_shipment",
    "close_parcel",
    "deliver_shipment",
    "mark_arrived",
    "mark_counted",
    "mark_departed",
    "pick_shipment",
    "plan_shipment",
    "release_shipment",
    "ship_shipment",
]

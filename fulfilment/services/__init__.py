"""Parcels on their way (`outbound` to customers, `inbound` from them), and warehouses told of it.

Nothing here moves stock; who calls does, in the same transaction.
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
from fulfilment.services.telling import (
    resend_message,
    tell_of_hold,
    tell_of_parcel,
    tell_of_shipment,
    tell_of_what_stands,
)
from fulfilment.services.warehouses import (
    TooManySecrets,
    add_secret,
    count_forgery,
    open_warehouse,
    pause_warehouse,
    resume_warehouse,
    retire_secret,
)

__all__ = [
    "TooManySecrets",
    "add_secret",
    "announce_parcel",
    "cancel_shipment",
    "close_parcel",
    "count_forgery",
    "deliver_shipment",
    "mark_arrived",
    "mark_counted",
    "mark_departed",
    "open_warehouse",
    "pause_warehouse",
    "pick_shipment",
    "plan_shipment",
    "release_shipment",
    "resend_message",
    "resume_warehouse",
    "retire_secret",
    "ship_shipment",
    "tell_of_hold",
    "tell_of_parcel",
    "tell_of_shipment",
    "tell_of_what_stands",
]

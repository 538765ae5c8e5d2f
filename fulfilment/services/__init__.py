"""Parcels on their way (`outbound` to customers, `inbound` from them), and warehouses told of it.

Nothing here moves stock; who calls does, in the same transaction.
"""

from fulfilment.services.inbound import (
    announce_parcel,
    close_parcel,
    mark_arrived,
    mark_counted,
    mark_departed,
    note_tracking,
)
from fulfilment.services.outbound import (
    cancel_shipment,
    deliver_shipment,
    lose_shipment,
    pick_shipment,
    pick_shipment_short,
    plan_shipment,
    release_shipment,
    ship_shipment,
    split_off,
    take_shipment_back,
)
from fulfilment.services.reports import (
    ReportIdReused,
    park_early_reports,
    receive_report,
    retry_report,
    settle_report,
    skip_missing_reports,
)
from fulfilment.services.telling import (
    resend_message,
    tell_of_hold,
    tell_of_parcel,
    tell_of_shipment,
    tell_of_what_stands,
)
from fulfilment.services.tracking import follow_parcel, follow_shipment
from fulfilment.services.warehouses import (
    TooManySecrets,
    add_secret,
    count_forgery,
    open_warehouse,
    pause_warehouse,
    resume_warehouse,
    retire_secret,
)
from fulfilment.services.work_orders import (
    begin_visit,
    cancel_work_order,
    dispatch_visit,
    report_visit,
    schedule_visit,
)

__all__ = [
    "ReportIdReused",
    "TooManySecrets",
    "add_secret",
    "announce_parcel",
    "begin_visit",
    "cancel_shipment",
    "cancel_work_order",
    "close_parcel",
    "count_forgery",
    "deliver_shipment",
    "dispatch_visit",
    "follow_parcel",
    "follow_shipment",
    "lose_shipment",
    "mark_arrived",
    "mark_counted",
    "mark_departed",
    "note_tracking",
    "open_warehouse",
    "park_early_reports",
    "pause_warehouse",
    "pick_shipment",
    "pick_shipment_short",
    "plan_shipment",
    "receive_report",
    "release_shipment",
    "report_visit",
    "resend_message",
    "resume_warehouse",
    "retire_secret",
    "retry_report",
    "schedule_visit",
    "settle_report",
    "ship_shipment",
    "skip_missing_reports",
    "split_off",
    "take_shipment_back",
    "tell_of_hold",
    "tell_of_parcel",
    "tell_of_shipment",
    "tell_of_what_stands",
]

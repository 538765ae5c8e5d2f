from fulfilment.queries.counting import find_bin, find_variant, get_units_at
from fulfilment.queries.parcels import get_parcel, get_shipment, list_shipments
from fulfilment.queries.standing import (
    complete_body,
    get_sequence_before,
    list_events_of_announced_parcels,
    list_events_of_live_holds,
    list_events_of_released_shipments,
    map_holds,
    was_told,
)
from fulfilment.queries.warehouses import (
    WarehouseHealth,
    find_warehouse,
    get_first_open_sequence,
    get_warehouse,
    list_live_secrets,
    list_messages,
    list_reports,
    list_warehouses,
    list_warehouses_with_gaps,
    read_report,
)

__all__ = [
    "WarehouseHealth",
    "complete_body",
    "find_bin",
    "find_variant",
    "find_warehouse",
    "get_first_open_sequence",
    "get_parcel",
    "get_sequence_before",
    "get_shipment",
    "get_units_at",
    "get_warehouse",
    "list_events_of_announced_parcels",
    "list_events_of_live_holds",
    "list_events_of_released_shipments",
    "list_live_secrets",
    "list_messages",
    "list_reports",
    "list_shipments",
    "list_warehouses",
    "list_warehouses_with_gaps",
    "map_holds",
    "read_report",
    "was_told",
]

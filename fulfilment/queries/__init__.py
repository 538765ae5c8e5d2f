from fulfilment.queries.parcels import get_parcel, list_shipments
from fulfilment.queries.standing import (
    complete_body,
    list_events_of_announced_parcels,
    list_events_of_live_holds,
    list_events_of_released_shipments,
    map_holds,
    was_told,
)
from fulfilment.queries.warehouses import (
    WarehouseHealth,
    find_warehouse,
    list_live_secrets,
    list_messages,
    list_reports,
    list_warehouses,
    read_report,
)

__all__ = [
    "WarehouseHealth",
    "complete_body",
    "find_warehouse",
    "get_parcel",
    "list_events_of_announced_parcels",
    "list_events_of_live_holds",
    "list_events_of_released_shipments",
    "list_live_secrets",
    "list_messages",
    "list_reports",
    "list_shipments",
    "list_warehouses",
    "map_holds",
    "read_report",
    "was_told",
]

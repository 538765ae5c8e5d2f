from fulfilment.models.parcels import InboundParcel, Shipment, ShipmentLine
from fulfilment.models.warehouses import (
    Warehouse,
    WarehouseMessage,
    WarehouseReport,
    WarehouseSecret,
)
from fulfilment.models.work_orders import Crew, Visit, WorkOrder, WorkTask

__all__ = [
    "Crew",
    "InboundParcel",
    "Shipment",
    "ShipmentLine",
    "Visit",
    "Warehouse",
    "WarehouseMessage",
    "WarehouseReport",
    "WarehouseSecret",
    "WorkOrder",
    "WorkTask",
]

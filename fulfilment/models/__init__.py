from fulfilment.models.parcels import InboundParcel, Shipment, ShipmentLine
from fulfilment.models.warehouses import (
    Warehouse,
    WarehouseMessage,
    WarehouseReport,
    WarehouseSecret,
)

__all__ = [
    "InboundParcel",
    "Shipment",
    "ShipmentLine",
    "Warehouse",
    "WarehouseMessage",
    "WarehouseReport",
    "WarehouseSecret",
]

from inventory.models.catalogue import Price, Product, TaxRate, Variant
from inventory.models.counts import CycleCount, CycleCountLine, Discrepancy, QuarantineBalance
from inventory.models.limits import HoldRule, StockRule
from inventory.models.locations import (
    Bin,
    Location,
    LocationHoliday,
    PostalCentroid,
    ShippingRate,
)
from inventory.models.promises import Allocation, WaitingLine
from inventory.models.stock import Lot, Reservation, StockEntry, StockLevel
from inventory.models.supplies import Supply

__all__ = [
    "Allocation",
    "Bin",
    "CycleCount",
    "CycleCountLine",
    "Discrepancy",
    "HoldRule",
    "Location",
    "LocationHoliday",
    "Lot",
    "PostalCentroid",
    "Price",
    "Product",
    "QuarantineBalance",
    "Reservation",
    "ShippingRate",
    "StockEntry",
    "StockLevel",
    "StockRule",
    "Supply",
    "TaxRate",
    "Variant",
    "WaitingLine",
]

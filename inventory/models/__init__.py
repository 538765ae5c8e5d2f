from inventory.models.catalogue import Price, Product, TaxRate, Variant
from inventory.models.locations import (
    Bin,
    Location,
    LocationHoliday,
    PostalCentroid,
    ShippingRate,
)
from inventory.models.stock import Lot, Reservation, StockEntry, StockLevel

__all__ = [
    "Bin",
    "Location",
    "LocationHoliday",
    "Lot",
    "PostalCentroid",
    "Price",
    "Product",
    "Reservation",
    "ShippingRate",
    "StockEntry",
    "StockLevel",
    "TaxRate",
    "Variant",
]

"""Goods, prices and places are kept here; stock and holds are only shown.

Stock changes by `inventory.services` alone, so that every unit has its ledger line.
"""

from inventory.admin import catalogue, counts, limits, places, stock

__all__ = ["catalogue", "counts", "limits", "places", "stock"]

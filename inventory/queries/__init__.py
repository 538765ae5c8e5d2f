"""What screens, the API and the services read about goods, prices, places and holds."""

from inventory.queries.catalogue import (
    CurrentPrice,
    find_variants,
    get_price,
    get_tax_rate,
    list_variants_like,
)
from inventory.queries.holds import list_holds, list_live_holds
from inventory.queries.limits import get_hold_terms, get_stock_limits
from inventory.queries.sourcing import (
    get_availability,
    list_shortages,
    rank_each,
    rank_locations,
)

__all__ = [
    "CurrentPrice",
    "find_variants",
    "get_availability",
    "get_hold_terms",
    "get_price",
    "get_stock_limits",
    "get_tax_rate",
    "list_holds",
    "list_live_holds",
    "list_shortages",
    "list_variants_like",
    "rank_each",
    "rank_locations",
]

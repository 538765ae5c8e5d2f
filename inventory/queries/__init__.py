"""What screens, the API and the services read about goods, prices, places, holds and stock."""

from inventory.queries.availability import (
    LevelPicture,
    PlacePicture,
    SkuPicture,
    find_skus,
    get_first_location,
    get_sellable,
    get_sku_picture,
    get_skus,
    list_allocated,
    list_firm_promises,
    list_open_discrepancies,
    list_oversold,
    list_shipped_references,
    read_places,
)
from inventory.queries.catalogue import (
    CurrentPrice,
    CurrentRate,
    find_variants,
    get_prices,
    get_sku,
    get_tax_rates,
    list_variants_like,
)
from inventory.queries.changes import Change, Changes, get_newest_position, list_changes
from inventory.queries.holds import (
    find_hold,
    list_due_scopes,
    list_holds,
    list_live_holds,
    list_places,
    list_running_holds,
)
from inventory.queries.ledger import LedgerLine, list_ledger
from inventory.queries.limit_answers import (
    Answer,
    describe_hold_rule,
    describe_stock_rule,
    explain_limits,
)
from inventory.queries.limits import get_hold_terms, get_stock_limits
from inventory.queries.quarantine import (
    find_quarantine_bin,
    list_quarantined,
    list_who_quarantined,
)
from inventory.queries.shortages import count_older_wishes, list_shortages
from inventory.queries.sourcing import (
    estimate_arrival,
    get_availability,
    get_free_by_place,
    get_promisable,
    rank_each,
    rank_locations,
)
from inventory.queries.waiting import list_older_waiting, list_waiting

__all__ = [
    "Answer",
    "Change",
    "Changes",
    "CurrentPrice",
    "CurrentRate",
    "LedgerLine",
    "LevelPicture",
    "PlacePicture",
    "SkuPicture",
    "count_older_wishes",
    "describe_hold_rule",
    "describe_stock_rule",
    "estimate_arrival",
    "explain_limits",
    "find_hold",
    "find_quarantine_bin",
    "find_skus",
    "find_variants",
    "get_availability",
    "get_first_location",
    "get_free_by_place",
    "get_hold_terms",
    "get_newest_position",
    "get_prices",
    "get_promisable",
    "get_sellable",
    "get_sku",
    "get_sku_picture",
    "get_skus",
    "get_stock_limits",
    "get_tax_rates",
    "list_allocated",
    "list_changes",
    "list_due_scopes",
    "list_firm_promises",
    "list_holds",
    "list_ledger",
    "list_live_holds",
    "list_older_waiting",
    "list_open_discrepancies",
    "list_oversold",
    "list_places",
    "list_quarantined",
    "list_running_holds",
    "list_shipped_references",
    "list_shortages",
    "list_variants_like",
    "list_waiting",
    "list_who_quarantined",
    "rank_each",
    "rank_locations",
    "read_places",
]

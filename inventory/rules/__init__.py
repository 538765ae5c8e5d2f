"""Decisions about stock without a database.

`sourcing` weighs places and `planning` chooses among them; `limits` says how long and how much,
`movements` which way a unit may go.
"""

from inventory.rules.holds import (
    HoldFacts,
    can_commit,
    can_consume,
    can_prolong,
    can_release,
    is_due,
)
from inventory.rules.limits import HoldScope, HoldTerms, Limit, StockLimits, StockScope
from inventory.rules.movements import MOVEMENTS, can_clear
from inventory.rules.planning import Choice, plan_sourcing
from inventory.rules.sourcing import (
    Calendar,
    Candidate,
    Destination,
    Parcel,
    RankedLocation,
    Rate,
    Shortage,
    Wanted,
    choose_rate,
    compute_arrival,
    compute_distance_km,
    list_prefixes,
    rank,
    sum_available,
)
from inventory.rules.supplies import Coming, Expected, find_coming

__all__ = [
    "MOVEMENTS",
    "Calendar",
    "Candidate",
    "Choice",
    "Coming",
    "Destination",
    "Expected",
    "HoldFacts",
    "HoldScope",
    "HoldTerms",
    "Limit",
    "Parcel",
    "RankedLocation",
    "Rate",
    "Shortage",
    "StockLimits",
    "StockScope",
    "Wanted",
    "can_clear",
    "can_commit",
    "can_consume",
    "can_prolong",
    "can_release",
    "choose_rate",
    "compute_arrival",
    "compute_distance_km",
    "find_coming",
    "is_due",
    "list_prefixes",
    "plan_sourcing",
    "rank",
    "sum_available",
]

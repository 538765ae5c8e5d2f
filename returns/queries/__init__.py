"""Reads of returns: what a new one would be, and what a case is."""

from returns.queries.cases import (
    count_accepted,
    get_facts,
    list_awaited,
    list_claimed_units,
    list_memo_lines,
    list_ungraded,
)
from returns.queries.planning import (
    PlannedLine,
    PlannedReturn,
    WantedReturn,
    find_returns_location,
    plan_return,
    preview_return,
)

__all__ = [
    "PlannedLine",
    "PlannedReturn",
    "WantedReturn",
    "count_accepted",
    "find_returns_location",
    "get_facts",
    "list_awaited",
    "list_claimed_units",
    "list_memo_lines",
    "list_ungraded",
    "plan_return",
    "preview_return",
]

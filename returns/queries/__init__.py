"""Reads of returns: what a new one would be, and what a case is."""

from returns.queries.cases import get_facts, list_memo_lines
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
    "find_returns_location",
    "get_facts",
    "list_memo_lines",
    "plan_return",
    "preview_return",
]

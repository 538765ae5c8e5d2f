"""Reads of returns: what a new one would be, and what a case is."""

from returns.queries.actions import list_actions
from returns.queries.arrivals import Graded, count_graded, list_awaited, list_ungraded
from returns.queries.cases import (
    CaseLine,
    ReturnColumn,
    Step,
    describe_return,
    get_case,
    list_cases,
    list_lines,
    list_overdue,
    list_steps,
)
from returns.queries.credit import get_facts, list_memo_lines, list_open_units
from returns.queries.lines import read_lines
from returns.queries.planning import (
    PlannedLine,
    PlannedReturn,
    WantedReturn,
    find_returns_location,
    plan_return,
    preview_return,
)

__all__ = [
    "CaseLine",
    "Graded",
    "PlannedLine",
    "PlannedReturn",
    "ReturnColumn",
    "Step",
    "WantedReturn",
    "count_graded",
    "describe_return",
    "find_returns_location",
    "get_case",
    "get_facts",
    "list_actions",
    "list_awaited",
    "list_cases",
    "list_lines",
    "list_memo_lines",
    "list_open_units",
    "list_overdue",
    "list_steps",
    "list_ungraded",
    "plan_return",
    "preview_return",
    "read_lines",
]

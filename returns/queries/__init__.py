"""Reads of returns: what a new one would be, and what a case is."""

from returns.queries.actions import can_exchange_line, list_actions, list_exchangeable
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
from returns.queries.concessions import (
    find_asked_concession,
    list_asked_concessions,
    list_asked_units,
)
from returns.queries.credit import (
    Waived,
    find_refund_limits,
    get_facts,
    get_terms,
    list_memo_lines,
    list_open_units,
)
from returns.queries.dispositions import (
    count_left,
    describe_placed,
    last_look,
    list_placed,
    with_left,
)
from returns.queries.explaining import (
    ExplainedLine,
    ExplainedRefund,
    explain_memo,
    explain_refund,
    plan_open_refund,
)
from returns.queries.lines import are_at_hand, read_lines
from returns.queries.mismatches import (
    get_mismatch_facts,
    list_blocked_lines,
    list_open_mismatches,
)
from returns.queries.planning import (
    PlannedLine,
    PlannedReturn,
    WantedReturn,
    find_returns_location,
    plan_return,
    preview_return,
)
from returns.queries.risk import (
    assess_case,
    find_highest_cleared,
    get_assessment,
    get_newest_risk_hold,
    get_risk_hold,
    is_risk_held,
    read_risk_limit,
)
from returns.queries.serials import SerialOwner, find_owner, list_sold_to_others
from returns.queries.steps import ToGrade, plan_steps, preview_memo

__all__ = [
    "CaseLine",
    "ExplainedLine",
    "ExplainedRefund",
    "Graded",
    "PlannedLine",
    "PlannedReturn",
    "ReturnColumn",
    "SerialOwner",
    "Step",
    "ToGrade",
    "Waived",
    "WantedReturn",
    "are_at_hand",
    "assess_case",
    "can_exchange_line",
    "count_graded",
    "count_left",
    "describe_placed",
    "describe_return",
    "explain_memo",
    "explain_refund",
    "find_asked_concession",
    "find_highest_cleared",
    "find_owner",
    "find_refund_limits",
    "find_returns_location",
    "get_assessment",
    "get_case",
    "get_facts",
    "get_mismatch_facts",
    "get_newest_risk_hold",
    "get_risk_hold",
    "get_terms",
    "is_risk_held",
    "last_look",
    "list_actions",
    "list_asked_concessions",
    "list_asked_units",
    "list_awaited",
    "list_blocked_lines",
    "list_cases",
    "list_exchangeable",
    "list_lines",
    "list_memo_lines",
    "list_open_mismatches",
    "list_open_units",
    "list_overdue",
    "list_placed",
    "list_sold_to_others",
    "list_steps",
    "list_ungraded",
    "plan_open_refund",
    "plan_return",
    "plan_steps",
    "preview_memo",
    "preview_return",
    "read_lines",
    "read_risk_limit",
    "with_left",
]

"""Reads of money: what was owed, taken and given back."""

from payments.queries.accounts import (
    find_account,
    get_access,
    get_account,
    list_live_secrets,
)
from payments.queries.lists import (
    count_money,
    find_case_of_tender,
    find_tender,
    is_disputed,
    list_by_hand,
    list_came_back,
    list_differences,
    list_open_disputes,
    list_requests,
    list_unknown,
)
from payments.queries.memos import (
    get_draft,
    is_all_spent,
    list_issued,
    list_memos,
)
from payments.queries.movements import (
    is_known_movement,
    list_accounts,
    list_our_movements,
)
from payments.queries.obligations import (
    find_obligation,
    list_obligations,
    list_obligations_to_follow,
    list_receivables,
)
from payments.queries.operations import (
    MoneyFacts,
    count_holds,
    get_latest_charge,
    get_money,
    get_running_hold,
    list_lapsing_holds,
    list_money,
    list_operations,
    sum_pending_refunds,
    sum_refunds,
)
from payments.queries.refunds import (
    list_orders_of_chain,
    plan_refund,
    plan_refund_of_purpose,
)
from payments.queries.store_credit import (
    get_balance,
    left_of_grant,
    list_credit,
    list_lapsed_grants,
    list_usable_grants,
    sum_granted,
)
from payments.queries.uses import MemoUse, Use, list_uses

__all__ = [
    "MemoUse",
    "MoneyFacts",
    "Use",
    "count_holds",
    "count_money",
    "find_account",
    "find_case_of_tender",
    "find_obligation",
    "find_tender",
    "get_access",
    "get_account",
    "get_balance",
    "get_draft",
    "get_latest_charge",
    "get_money",
    "get_running_hold",
    "is_all_spent",
    "is_disputed",
    "is_known_movement",
    "left_of_grant",
    "list_accounts",
    "list_by_hand",
    "list_came_back",
    "list_credit",
    "list_differences",
    "list_issued",
    "list_lapsed_grants",
    "list_lapsing_holds",
    "list_live_secrets",
    "list_memos",
    "list_money",
    "list_obligations",
    "list_obligations_to_follow",
    "list_open_disputes",
    "list_operations",
    "list_orders_of_chain",
    "list_our_movements",
    "list_receivables",
    "list_requests",
    "list_unknown",
    "list_usable_grants",
    "list_uses",
    "plan_refund",
    "plan_refund_of_purpose",
    "sum_granted",
    "sum_pending_refunds",
    "sum_refunds",
]

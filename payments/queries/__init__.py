"""Reads of what we owe and what was paid."""

from payments.queries.accounts import find_account, get_access, get_account, list_live_secrets
from payments.queries.memos import get_draft, is_all_spent, list_issued, list_memos
from payments.queries.operations import (
    MoneyFacts,
    count_holds,
    get_latest_charge,
    get_money,
    get_running_hold,
    list_money,
    list_operations,
    sum_pending_refunds,
    sum_refunds,
)
from payments.queries.refunds import list_orders_of_chain, plan_refund, plan_refund_of_purpose

__all__ = [
    "MoneyFacts",
    "count_holds",
    "find_account",
    "get_access",
    "get_account",
    "get_draft",
    "get_latest_charge",
    "get_money",
    "get_running_hold",
    "is_all_spent",
    "list_issued",
    "list_live_secrets",
    "list_memos",
    "list_money",
    "list_operations",
    "list_orders_of_chain",
    "plan_refund",
    "plan_refund_of_purpose",
    "sum_pending_refunds",
    "sum_refunds",
]

"""What may be done with money: each is an intent, carried out after commit by the courier."""

from payments.rules import MemoLine
from payments.services.memos import (
    apply_credit,
    discard_draft,
    draft_credit_memo,
    issue_credit_memo,
    redraft_credit_memo,
)

__all__ = [
    "MemoLine",
    "apply_credit",
    "discard_draft",
    "draft_credit_memo",
    "issue_credit_memo",
    "redraft_credit_memo",
]

"""Reads of what we owe for goods that came back."""

from __future__ import annotations

from core.kept import KeptQuery
from payments.models import CreditMemo
from payments.states import MemoState

_MEMOS: KeptQuery[CreditMemo] = KeptQuery(
    lambda case: CreditMemo.objects.filter(case=case).order_by("pk")
)
_DRAFTS: KeptQuery[CreditMemo] = KeptQuery(
    lambda case: CreditMemo.objects.filter(case=case, state=MemoState.DRAFT).order_by("-pk")
)


def list_memos(case: str) -> list[CreditMemo]:
    """The credit memos of a case (“return:12”), oldest first: one per step, a draft the last."""
    return _MEMOS(case)


def list_issued(case: str) -> list[CreditMemo]:
    """Those that have their number, oldest first."""
    return [memo for memo in list_memos(case) if memo.state != MemoState.DRAFT]


def get_draft(case: str) -> CreditMemo | None:
    """What the case would credit for goods that are still to be accepted."""
    return _DRAFTS.first(case)


def is_all_spent(case: str) -> bool:
    """Nothing is owed on a case any more: no draft waits, and every memo is settled."""
    return not CreditMemo.objects.filter(case=case).exclude(state=MemoState.SETTLED).exists()

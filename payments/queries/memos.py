"""Reads of what we owe for goods that came back."""

from __future__ import annotations

from payments.models import CreditMemo


def get_memo(case: str) -> CreditMemo | None:
    """The credit memo of a case (“return:12”) with its lines, or None while there is none."""
    memos = CreditMemo.objects.filter(case=case).prefetch_related("lines__order_line")
    memo: CreditMemo | None = memos.order_by("-pk").first()
    return memo

"""How much of what memos owe is paid out now, and in which way. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedMemo:
    """What a memo still owes beside refunds on their way; `as_store_credit` is of lines whose
    customer wants no money."""

    memo_id: int
    owed: Decimal
    as_store_credit: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    memo_id: int
    refund: Decimal
    store_credit: Decimal


def plan_pay_out(memos: Sequence[OwedMemo], *, kept: Decimal = ZERO) -> list[PayOut]:
    """Everything that is owed less `kept`, the oldest memo first.

    `kept` is what an exchange of the case still needs (S25): 43.20 of 58.32 where 15.12 are
    missing. Of what is left of a memo its store credit goes first, so that money is what waits.
    """
    left = max(sum((memo.owed for memo in memos), ZERO) - kept, ZERO)
    planned = []
    for memo in memos:
        now = min(memo.owed, left)
        if now > 0:
            store_credit = min(memo.as_store_credit, now)
            planned.append(
                PayOut(memo_id=memo.memo_id, refund=now - store_credit, store_credit=store_credit)
            )
            left -= now
    return planned

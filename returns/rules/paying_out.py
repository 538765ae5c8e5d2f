"""How much of what memos owe is paid out now, and in which way. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedMemo:
    """What a memo still owes beside refunds on their way; `as_store_credit` is of lines whose
    customer wants no money, `kept_before` what of it is kept already."""

    memo_id: int
    owed: Decimal
    as_store_credit: Decimal = ZERO
    kept_before: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """What becomes of what a memo owes; `kept` of it stays for an exchange."""

    memo_id: int
    refund: Decimal
    store_credit: Decimal
    kept: Decimal


def plan_pay_out(memos: Sequence[OwedMemo], *, kept: Decimal = ZERO) -> list[PayOut]:
    """Everything that is owed less `kept`; every memo has its part.

    `kept` is what an exchange of the case still needs (S25): 43.20 of 58.32 where 15.12 are
    missing. What is kept of a memo stays kept as far as it is needed, and what is kept beyond it is
    of the newest, so that the oldest is paid first. Of what is left of a memo its store credit goes
    first, so that money is what waits.
    """
    stays = _share_out(memos, kept)
    planned = []
    for memo in memos:
        now = memo.owed - stays[memo.memo_id]
        store_credit = min(memo.as_store_credit, now)
        planned.append(
            PayOut(
                memo_id=memo.memo_id,
                refund=now - store_credit,
                store_credit=store_credit,
                kept=stays[memo.memo_id],
            )
        )
    return planned


def _share_out(memos: Sequence[OwedMemo], kept: Decimal) -> dict[int, Decimal]:
    """How much of each memo is kept, by its id."""
    stays, left = {}, kept
    for memo in memos:
        stays[memo.memo_id] = min(memo.kept_before, memo.owed, left)
        left -= stays[memo.memo_id]
    for memo in reversed(memos):
        more = min(memo.owed - stays[memo.memo_id], left)
        stays[memo.memo_id] += more
        left -= more
    return stays

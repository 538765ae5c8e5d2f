from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OpenTender:
    """A payment of the order that goods come back from, and how much of it may still go on."""

    tender_id: int
    left: Decimal


@dataclass(frozen=True, slots=True)
class CreditShare:
    """Credit that came from one payment; `tender_id` None is what no payment accounts for."""

    tender_id: int | None
    amount: Decimal


def plan_credit_shares(amount: Decimal, tenders: Sequence[OpenTender]) -> list[CreditShare]:
    """Which payments a credit of `amount` is carried over from, newest payment first.

    A later refund of the replacement goes back along these shares (domain §7.12). What exceeds
    the payments, such as goods the channel gave away, is a share without a source.
    """
    shares: list[CreditShare] = []
    left = amount
    for tender in tenders:
        part = min(left, tender.left)
        if part > 0:
            shares.append(CreditShare(tender.tender_id, part))
            left -= part
    if left > 0:
        shares.append(CreditShare(None, left))
    return shares

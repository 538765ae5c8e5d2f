"""Which payments give how much back, and what they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import DomainError
from core.money import ZERO, round_half_up


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTender:
    """A payment and what it can still give back: captured − refunded − promised."""

    tender_id: int
    kind: str
    label: str
    refundable: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPart:
    tender_id: int
    kind: str
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """Who gives back what. `shortfall` is what no payment can: shown, never left out."""

    wanted: Decimal
    currency: str
    parts: tuple[RefundPart, ...]

    @property
    def refundable(self) -> Decimal:
        return sum((part.amount for part in self.parts), ZERO)

    @property
    def shortfall(self) -> Decimal:
        return self.wanted - self.refundable


class RefundShortfall(DomainError):
    """The payments cannot bear the refund. Nothing was posted; `plan` says what they could."""

    code = "refund_shortfall"

    def __init__(self, plan: RefundPlan) -> None:
        super().__init__(
            f"Only {_say(plan.refundable, plan)} of {_say(plan.wanted, plan)} can go back to what "
            f"the customer paid with. Choose what happens to the other "
            f"{_say(plan.shortfall, plan)}.",
            shortfall=str(plan.shortfall),
            refundable=str(plan.refundable),
        )
        self.plan = plan


def _say(amount: Decimal, plan: RefundPlan) -> str:
    return f"{round_half_up(amount, plan.currency):f} {plan.currency}"


def plan_refund(wanted: Decimal, currency: str, tenders: Sequence[OpenTender]) -> RefundPlan:
    """Take `wanted` from the tenders in the order given, as far as they go."""
    parts, left = [], wanted
    for tender in tenders:
        amount = min(left, tender.refundable)
        if amount > 0:
            parts.append(
                RefundPart(
                    tender_id=tender.tender_id,
                    kind=tender.kind,
                    label=tender.label,
                    amount=amount,
                )
            )
            left -= amount
    return RefundPlan(wanted=wanted, currency=currency, parts=tuple(parts))

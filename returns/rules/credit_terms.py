"""On which terms a line is credited: of a policy's terms those that settlement reckons with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from core.money import ZERO
from policies.rules import RestockingFee, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """`reductions` are rates by grade, `kept_rate` what is credited of goods that need not come
    (None: they must), `warranty` what is given inside it (blank: outside, or none)."""

    fee: RestockingFee | None = None
    reductions: dict[str, Decimal] = field(default_factory=dict)
    warranty: str = ""
    warranty_rate: Decimal = Decimal(1)
    shipping_mode: str = "none"
    promotion_mode: str = "keep"
    return_fee: Decimal = ZERO
    return_fee_currency: str = ""
    kept_rate: Decimal | None = None
    goodwill_limit: Decimal | None = None
    goodwill_currency: str = ""


def read_credit_terms(terms: Terms) -> CreditTerms:
    """A kind that no rule speaks of is at its neutral default there already."""
    reduction, warranty = terms.condition_reduction, terms.warranty
    return CreditTerms(
        fee=terms.fee,
        reductions={grade: reduction.rate_for(grade) for grade in "ABCD"},
        warranty=warranty.gives if warranty else "",
        warranty_rate=warranty.credit_rate if warranty else Decimal(1),
        shipping_mode=terms.shipping_refund.mode,
        promotion_mode=terms.promotion.mode,
        return_fee=terms.return_shipping_fee.amount,
        return_fee_currency=terms.return_shipping_fee.currency,
        kept_rate=terms.keep_it.refund_rate if terms.keep_it else None,
        goodwill_limit=terms.approval_above.goodwill,
        goodwill_currency=terms.approval_above.currency,
    )

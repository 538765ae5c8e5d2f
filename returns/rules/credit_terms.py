"""On which terms a line is credited: of a policy's terms those that settlement reckons with.

A policy may know fewer kinds of rules than settlement asks for; what it does not know is neutral,
as a missing rule is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

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
    reduction = _ask(terms, "condition_reduction")
    warranty = _ask(terms, "warranty")
    return_fee = _ask(terms, "return_shipping_fee")
    keep_it = _ask(terms, "keep_it")
    approval = _ask(terms, "approval_above")
    return CreditTerms(
        fee=terms.fee,
        reductions={grade: reduction.rate_for(grade) for grade in "ABCD"} if reduction else {},
        warranty=warranty.gives if warranty else "",
        warranty_rate=warranty.credit_rate if warranty else Decimal(1),
        shipping_mode=_mode(terms, "shipping_refund", "none"),
        promotion_mode=_mode(terms, "promotion", "keep"),
        return_fee=return_fee.amount if return_fee else ZERO,
        return_fee_currency=return_fee.currency if return_fee else "",
        kept_rate=keep_it.refund_rate if keep_it else None,
        goodwill_limit=approval.goodwill if approval else None,
        goodwill_currency=approval.currency if approval else "",
    )


def _ask(terms: Terms, name: str) -> Any:
    return getattr(terms, name, None)


def _mode(terms: Terms, name: str, neutral: str) -> str:
    rule = _ask(terms, name)
    return str(rule.mode) if rule else neutral

"""On which terms a case goes ahead once it may: fee, price, time to send back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, round_half_up
from policies.rules.book import RuleBook, RuleReference
from policies.rules.facts import CaseFacts
from policies.rules.kinds import PricePolicy, RestockingFee, SendBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the rules lay down for a case; `rules` names the one behind each, by kind.

    `fee` is absent when no rule asks for one and when it is waived. `price_policy` holds for
    another variant of the same product, `other_product_price_policy` for anything else.
    """

    price_policy: str
    other_product_price_policy: str
    send_back_days: int
    fee: RestockingFee | None
    is_fee_waived: bool
    rules: dict[str, RuleReference]

    def price_policy_for(self, *, is_same_product: bool) -> str:
        return self.price_policy if is_same_product else self.other_product_price_policy


def find_terms(*, facts: CaseFacts, rules: RuleBook) -> Terms:
    """The terms for a case. Raises `NoRule` when the book is not complete."""
    price = rules.get(PricePolicy, facts)
    send_back = rules.get(SendBack, facts)
    fee = rules.find(RestockingFee, facts)
    chosen = [choice for choice in (price, send_back, fee) if choice]
    return Terms(
        price_policy=price.parameters.policy,
        other_product_price_policy=price.parameters.other_product,
        send_back_days=send_back.parameters.days,
        fee=fee.parameters if fee and not facts.is_our_fault else None,
        is_fee_waived=bool(fee and facts.is_our_fault),
        rules={choice.parameters.kind: choice.rule.reference for choice in chosen},
    )


def compute_restocking_fee(
    *, fee: RestockingFee | None, goods_net: Decimal, currency: str
) -> Decimal:
    """The fee in `currency`: the larger of minimum and rounded share, at most the goods (§7.7)."""
    if fee is None:
        return ZERO
    share = round_half_up(fee.rate * goods_net, currency)
    return min(goods_net, max(round_half_up(fee.minimum, currency), share))

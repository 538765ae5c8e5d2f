"""On which terms a case goes ahead once it may: what is kept back, given, paid, and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from core.money import ZERO, round_half_up
from policies.rules.book import Choice, RuleBook, RuleReference
from policies.rules.facts import CaseFacts
from policies.rules.kinds import (
    AdvancedExchange,
    ApprovalAbove,
    AutoApprove,
    ConditionReduction,
    ExchangePayment,
    KeepIt,
    Netting,
    Parameters,
    PricePolicy,
    Promotion,
    RefundLimit,
    RestockingFee,
    ReturnShippingFee,
    SendBack,
    ShipPartial,
    ShippingRefund,
    SplitShipment,
    Warranty,
)
from policies.rules.timing import find_warranty

P = TypeVar("P", bound=Parameters)

# What holds where no rule speaks: each is the neutral default of its kind's docstring.
NO_RETURN_SHIPPING_FEE = ReturnShippingFee(amount=ZERO, currency="")
NEUTRAL: tuple[Parameters, ...] = (
    ConditionReduction(),
    ShippingRefund(mode="none"),
    Promotion(mode="keep"),
    ExchangePayment(timing="on_receipt"),
    AdvancedExchange(),
    ShipPartial(allowed=False),
    SplitShipment(allowed=True),
    Netting(is_on=True),
    ApprovalAbove(),
    RefundLimit(),
    NO_RETURN_SHIPPING_FEE,
)
_NEUTRAL = {type(parameters): parameters for parameters in NEUTRAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the rules lay down for a case; `rules` names the one behind each, by kind.

    `fee` is absent when no rule asks for one and when it is waived; `return_shipping_fee` is 0
    then. `price_policy` holds for another variant of the same product,
    `other_product_price_policy` for anything else. `keep_it` is there when the goods of this
    case need not come back, `warranty` when they are inside theirs and a rule says what is given.
    """

    price_policy: str
    other_product_price_policy: str
    send_back_days: int
    fee: RestockingFee | None
    is_fee_waived: bool
    return_shipping_fee: ReturnShippingFee
    shipping_refund: ShippingRefund
    condition_reduction: ConditionReduction
    keep_it: KeepIt | None
    warranty: Warranty | None
    promotion: Promotion
    exchange_payment: ExchangePayment
    advanced_exchange: AdvancedExchange
    ship_partial: ShipPartial
    split_shipment: SplitShipment
    netting: Netting
    approval_above: ApprovalAbove
    refund_limit: RefundLimit
    auto_approve: AutoApprove | None
    rules: dict[str, RuleReference]

    def price_policy_for(self, *, is_same_product: bool) -> str:
        return self.price_policy if is_same_product else self.other_product_price_policy


def find_terms(*, facts: CaseFacts, rules: RuleBook) -> Terms:
    """The terms for a case. Raises `NoRule` when the book is not complete."""
    price, send_back = rules.get(PricePolicy, facts), rules.get(SendBack, facts)
    fee = rules.find(RestockingFee, facts)
    asked = _Asked(facts, rules)
    terms = Terms(
        price_policy=price.parameters.policy,
        other_product_price_policy=price.parameters.other_product,
        send_back_days=send_back.parameters.days,
        fee=fee.parameters if fee and not facts.is_our_fault else None,
        is_fee_waived=bool(fee and facts.is_our_fault),
        return_shipping_fee=find_return_shipping_fee(facts, asked.get(ReturnShippingFee)),
        shipping_refund=asked.get(ShippingRefund),
        condition_reduction=asked.get(ConditionReduction),
        keep_it=find_keep_it(facts, asked.find(KeepIt)),
        warranty=find_warranty_given(facts, asked.find(Warranty)),
        promotion=asked.get(Promotion),
        exchange_payment=asked.get(ExchangePayment),
        advanced_exchange=asked.get(AdvancedExchange),
        ship_partial=asked.get(ShipPartial),
        split_shipment=asked.get(SplitShipment),
        netting=asked.get(Netting),
        approval_above=asked.get(ApprovalAbove),
        refund_limit=asked.get(RefundLimit),
        auto_approve=choice.parameters if (choice := asked.find(AutoApprove)) else None,
        rules=asked.rules,
    )
    asked.remember(price, send_back, fee)
    return terms


class _Asked:
    """Asks a book for one case and remembers which rules answered."""

    def __init__(self, facts: CaseFacts, rules: RuleBook) -> None:
        self._facts, self._book = facts, rules
        self.rules: dict[str, RuleReference] = {}

    def find(self, kind: type[P]) -> Choice[P] | None:
        choice = self._book.find(kind, self._facts)
        if choice is not None:
            self.rules[kind.kind] = choice.rule.reference
        return choice

    def remember(self, *choices: Choice[Any] | None) -> None:
        for choice in choices:
            if choice is not None:
                self.rules[choice.parameters.kind] = choice.rule.reference

    def get(self, kind: type[P]) -> P:
        """What the rule lays down, else the neutral default of its kind."""
        choice = self.find(kind)
        return choice.parameters if choice else _NEUTRAL[kind]  # type: ignore[return-value]


def find_return_shipping_fee(facts: CaseFacts, fee: ReturnShippingFee) -> ReturnShippingFee:
    """The fee for the way back, 0 when we are at fault."""
    return replace(fee, amount=ZERO) if facts.is_our_fault else fee


def find_keep_it(facts: CaseFacts, choice: Choice[KeepIt] | None) -> KeepIt | None:
    """The rule by which the goods of this case need not come back, if their value is that small."""
    if choice is None or facts.value > choice.parameters.amount:
        return None
    return choice.parameters


def find_warranty_given(facts: CaseFacts, choice: Choice[Warranty] | None) -> Warranty | None:
    """What the rule gives for goods that are inside their warranty."""
    span = find_warranty(facts, choice)
    if choice is None or span is None or span.is_over(facts.requested_on):
        return None
    return choice.parameters


def compute_restocking_fee(
    *, fee: RestockingFee | None, goods_net: Decimal, currency: str
) -> Decimal:
    """The fee in `currency`: the larger of minimum and rounded share, at most the goods (§7.7)."""
    if fee is None:
        return ZERO
    share = round_half_up(fee.rate * goods_net, currency)
    return min(goods_net, max(round_half_up(fee.minimum, currency), share))

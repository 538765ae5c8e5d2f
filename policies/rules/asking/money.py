"""On which terms it goes ahead: what agents read beside the verdict. These decide nothing."""

from __future__ import annotations

from core.money import Money
from policies.rules.answers import INFO, Answer
from policies.rules.book import RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.kinds import KeepIt, RestockingFee, ReturnShippingFee, SendBack
from policies.rules.terms import compute_restocking_fee


def ask_fee(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(RestockingFee, facts)
    if choice is None:
        return None
    fee = choice.parameters
    amount = compute_restocking_fee(fee=fee, goods_net=facts.goods_net, currency=facts.currency)
    return Answer(
        RestockingFee.kind,
        "fee.waived" if facts.is_our_fault else "fee.taken",
        INFO,
        {
            "goods": Money(facts.goods_net, facts.currency),
            "fee": Money(amount, facts.currency),
            "rate": str(fee.rate),
        },
        "" if facts.is_our_fault else "fee.waived",
        choice=choice,
    )


def ask_return_shipping_fee(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(ReturnShippingFee, facts)
    if choice is None:
        return None
    return Answer(
        ReturnShippingFee.kind,
        "return_shipping.waived" if facts.is_our_fault else "return_shipping.taken",
        INFO,
        {"fee": Money(choice.parameters.amount, facts.currency)},
        "" if facts.is_our_fault else "fee.waived",
        choice=choice,
    )


def ask_keep_it(facts: CaseFacts, rules: RuleBook) -> Answer | None:
    choice = rules.find(KeepIt, facts)
    if choice is None:
        return None
    limit = choice.parameters.amount
    is_kept = facts.value <= limit
    return Answer(
        KeepIt.kind,
        "keep_it.kept" if is_kept else "keep_it.back",
        INFO,
        {
            "value": Money(facts.value, facts.currency),
            "limit": Money(limit, facts.currency),
            "over": Money(max(facts.value - limit, facts.value * 0), facts.currency),
            "rate": str(choice.parameters.refund_rate),
        },
        "keep_it.kept" if is_kept else "keep_it.back",
        choice=choice,
    )


def ask_send_back(facts: CaseFacts, rules: RuleBook) -> Answer:
    choice = rules.get(SendBack, facts)
    days = choice.parameters.days
    return Answer(SendBack.kind, "send_back.days", INFO, {"days": days}, choice=choice)

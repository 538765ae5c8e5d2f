"""What a draft would have decided where the policy in force decides, on the facts of past cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.money import ZERO
from policies.rules.book import RuleBook
from policies.rules.facts import CaseFacts
from policies.rules.judging import Judgement, judge
from policies.rules.kinds import KeepIt, RestockingFee, ReturnShippingFee, Warranty
from policies.rules.kinds.asking_back import PARTIAL_CREDIT
from policies.rules.terms import compute_restocking_fee, find_keep_it, find_warranty_given
from policies.states import Verdict


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past case under both books. `credit_change` is in the case's currency.

    A credit is what the customer would be owed at once: goods net, or the part of it that is
    given, less the fees where the verdict authorises, else nothing. A review owes nothing until a
    person decides.
    """

    before: Judgement
    after: Judgement
    credit_change: Decimal

    @property
    def has_flipped(self) -> bool:
        return self.before.verdict != self.after.verdict


def replay(facts: CaseFacts, *, before: RuleBook, after: RuleBook) -> Replayed:
    """Judge the same facts by both books."""
    one, other = judge(facts=facts, rules=before), judge(facts=facts, rules=after)
    return Replayed(one, other, _credit(facts, other) - _credit(facts, one))


def _credit(facts: CaseFacts, judgement: Judgement) -> Decimal:
    """Asks for the few terms that move money, not for all: a backtest has no time to lose."""
    if judgement.verdict != Verdict.AUTHORISE:
        return ZERO
    given = facts.goods_net * _rate_given(facts, judgement.rules)
    if facts.is_our_fault:
        return given
    fee = judgement.rules.find(RestockingFee, facts)
    shipping = judgement.rules.find(ReturnShippingFee, facts)
    kept_back = compute_restocking_fee(
        fee=fee.parameters if fee else None, goods_net=given, currency=facts.currency
    )
    return max(ZERO, given - kept_back - (shipping.parameters.amount if shipping else ZERO))


def _rate_given(facts: CaseFacts, rules: RuleBook) -> Decimal:
    """Less than all of it where the warranty gives a part, and to who keeps the goods."""
    warranty = find_warranty_given(facts, rules.find(Warranty, facts))
    rate = warranty.credit_rate if warranty and warranty.gives == PARTIAL_CREDIT else Decimal(1)
    kept = find_keep_it(facts, rules.find(KeepIt, facts))
    return rate * kept.refund_rate if kept else rate


@dataclass(slots=True)
class Tally:
    """What a replay came to, counted case by case.

    `steps` counts verdict pairs, `values` the net of the goods in each by currency, `credits` by
    how much what is owed at once would have changed.
    """

    judged: int = 0
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: dict[tuple[str, str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )
    credits: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, facts: CaseFacts, replayed: Replayed) -> None:
        step = (replayed.before.verdict.value, replayed.after.verdict.value)
        self.judged += 1
        self.steps[step] += 1
        self.values[(*step, facts.currency)] += facts.goods_net
        self.credits[facts.currency] += replayed.credit_change

    @property
    def flipped(self) -> int:
        return sum(count for (before, after), count in self.steps.items() if before != after)

    def as_json(self) -> dict[str, Any]:
        """Plain values: one row per verdict pair, the flipped ones first, the larger first."""
        ordered = sorted(self.steps.items(), key=lambda step: (step[0][0] == step[0][1], -step[1]))
        return {
            "steps": [
                {
                    "before": before,
                    "after": after,
                    "count": count,
                    "values": {
                        currency: str(value)
                        for (one, other, currency), value in sorted(self.values.items())
                        if (one, other) == (before, after)
                    },
                }
                for (before, after), count in ordered
            ],
            "credits": {currency: str(value) for currency, value in sorted(self.credits.items())},
        }

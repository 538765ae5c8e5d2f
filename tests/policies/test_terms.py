from __future__ import annotations

from decimal import Decimal

import pytest

from policies.rules import (
    PricePolicy,
    RestockingFee,
    ReturnWindow,
    RuleReference,
    compute_restocking_fee,
    find_terms,
    judge,
)
from tests.factories.policies import make_book, make_facts, make_rule

FIFTEEN_PERCENT = RestockingFee(rate=Decimal("0.15"))


class TestRestockingFee:
    """S11: goods of 68.00 net at 15 % cost 10.20, unless we are at fault."""

    @pytest.mark.parametrize(
        ("rate", "minimum", "goods", "currency", "fee"),
        [
            ("0.15", "0", "68.00", "EUR", "10.20"),
            ("0.15", "12.00", "68.00", "EUR", "12.00"),
            ("0.15", "80.00", "68.00", "EUR", "68.00"),  # never more than the goods
            ("0.15", "0", "0.03", "EUR", "0.00"),
            ("0.15", "0", "0.10", "EUR", "0.02"),  # half-up
            ("0.15", "0", "3333", "JPY", "500"),
            ("0.15", "5.00", "0", "EUR", "0"),
        ],
    )
    def test_is_the_larger_of_share_and_minimum(
        self, rate: str, minimum: str, goods: str, currency: str, fee: str
    ) -> None:
        rule = RestockingFee(rate=Decimal(rate), minimum=Decimal(minimum))
        computed = compute_restocking_fee(fee=rule, goods_net=Decimal(goods), currency=currency)
        assert computed == Decimal(fee)

    def test_is_visible_with_its_rule_and_amount(self) -> None:
        judgement = judge(facts=make_facts(), rules=make_book(make_rule(FIFTEEN_PERCENT)))
        (finding,) = [item for item in judgement.findings if item.kind == "restocking_fee"]
        assert finding.sentence == "Restocking fee 10.20 EUR: 15 % (rule 1 v1)."
        assert judgement.terms.fee == FIFTEEN_PERCENT

    def test_is_waived_when_we_are_at_fault(self) -> None:
        facts = make_facts(reason="defective", is_our_fault=True)
        judgement = judge(facts=facts, rules=make_book(make_rule(FIFTEEN_PERCENT)))
        assert judgement.terms.fee is None
        assert judgement.terms.is_fee_waived
        assert any("as we are at fault" in item.sentence for item in judgement.findings)

    def test_is_nothing_without_a_rule(self) -> None:
        terms = find_terms(facts=make_facts(), rules=make_book())
        fee = compute_restocking_fee(fee=terms.fee, goods_net=Decimal(68), currency="EUR")
        assert not fee
        assert not terms.is_fee_waived


class TestTerms:
    def test_name_the_rule_behind_each(self) -> None:
        current = make_rule(PricePolicy(policy="current"), 7, edition=2, channel="web")
        terms = find_terms(facts=make_facts(), rules=make_book(current))
        assert terms.price_policy == "current"
        assert terms.rules["price_policy"] == RuleReference(7, 2)
        assert set(terms.rules) == {"price_policy", "send_back"}

    def test_price_another_product_by_its_own_policy(self) -> None:
        terms = find_terms(facts=make_facts(), rules=make_book())
        assert terms.price_policy_for(is_same_product=True) == "original_value"
        assert terms.price_policy_for(is_same_product=False) == "current"


class TestPrecedence:
    BROAD = make_rule(ReturnWindow(days=10), 1)
    COUNTRY = make_rule(ReturnWindow(days=20), 2, country="DE")
    REASON = make_rule(ReturnWindow(days=40), 3, reason="changed_mind")
    URGENT = make_rule(ReturnWindow(days=50), 4, channel="web", priority=5)
    TWO = make_rule(ReturnWindow(days=60), 5, category="apparel", country="DE")
    FOREIGN = make_rule(ReturnWindow(days=99), 6, country="FR", category="apparel", channel="web")

    @pytest.mark.parametrize(
        ("rules", "winner"),
        [
            ([BROAD], 1),
            ([BROAD, COUNTRY], 2),
            ([REASON, COUNTRY], 2),  # equally specific, equal priority: the lower number
            ([REASON, COUNTRY, URGENT], 4),  # equally specific: the higher priority
            ([BROAD, URGENT, TWO], 5),  # more specific beats priority
            ([BROAD, TWO, FOREIGN], 5),  # the most specific that fits
        ],
    )
    def test_is_by_specificity_then_priority_then_number(self, rules: list, winner: int) -> None:
        choice = make_book(*rules).get(ReturnWindow, make_facts())
        assert choice.rule.reference.number == winner

    def test_says_which_rules_gave_way(self) -> None:
        choice = make_book(self.BROAD, self.TWO).get(ReturnWindow, make_facts())
        assert choice.in_words() == (
            "rule 5 v1 is for category apparel, country DE and comes before rule 1 v1, rule 101 v1"
        )

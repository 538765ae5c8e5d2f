from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from intake import services
from intake.channels import get_adapter, read_document
from intake.models import QualityRule, RuleSet
from intake.quality import Rule, RuleKind, check_rule
from intake.reading import ReadOrder
from intake.rules import why_held
from intake.services import NotReady
from intake.states import DocumentState
from orders.models import Channel, Order
from tests.intake.channel_documents import BOL, SHIPSTATION, of
from tests.intake.desk import DESK, NOW, make_channel, take_in
from tests.intake.documents import body, shopify, without

D = Decimal
CURRENCY = Rule(kind=RuleKind.DEFAULT, target="currency", value="USD")
PACIFIC = Rule(kind=RuleKind.DEFAULT, target="time_zone", value="America/Los_Angeles")


def judged(channel: str, document: Any, *rules: Rule) -> ReadOrder:
    parsed = get_adapter(channel).parse(body(document))
    found = read_document(channel, parsed, rules=rules)
    assert isinstance(found, list)
    (order,) = found
    assert isinstance(order, ReadOrder)
    return order


class TestJudge:
    def test_fills_in_what_only_the_account_knows(self) -> None:
        order = judged("shipstation", SHIPSTATION, CURRENCY, PACIFIC)
        assert why_held(order) is None
        assert order.placed_at is not None
        assert (order.currency, order.placed_at.hour) == ("USD", 18)

    def test_never_overrides_what_the_document_says(self) -> None:
        rule = Rule(kind=RuleKind.DEFAULT, target="currency", value="USD")
        assert judged("shopify", shopify(), rule).currency == "EUR"

    def test_takes_the_tax_out_of_prices_that_have_it_in_them(self) -> None:
        rule = Rule(kind=RuleKind.DEFAULT, target="tax_rate", value="0.21")
        assert judged("bol", BOL, rule).tax_total == D("8.50")

    @pytest.mark.parametrize(("off", "is_held"), [("0.01", False), ("0.02", False), ("0.03", True)])
    def test_tolerates_no_more_than_is_allowed(self, off: str, is_held: bool) -> None:
        rule = Rule(kind=RuleKind.TOLERANCE, target="grand_total", value="0.02")
        document = shopify(total_price=str(D("102.20") + D(off)))
        order = judged("shopify", document, rule)
        assert (why_held(order) is not None) is is_held
        assert order.fees_total == (D(0) if is_held else D(off))

    def test_holds_what_is_required_for_whom_the_rule_names(self) -> None:
        rule = Rule(kind=RuleKind.REQUIRED, target="lines.sku", owner="warehouse")
        document = shopify()
        document["line_items"][1]["sku"] = ""
        held = why_held(judged("shopify", document, rule))
        assert held is not None
        assert (held.field, held.owner, held.code) == ("lines[1].sku", "warehouse", "required")

    def test_weighs_a_finding_as_the_channel_wants_it(self) -> None:
        rule = Rule(kind=RuleKind.SEVERITY, target="does_not_add_up", severity="warning")
        assert why_held(judged("shopify", shopify(total_price="1.00"), rule)) is None

    @pytest.mark.parametrize(
        "rule",
        [
            Rule(kind=RuleKind.DEFAULT, target="grand_total", value="1"),
            Rule(kind=RuleKind.DEFAULT, target="currency", value="euro"),
            Rule(kind=RuleKind.DEFAULT, target="time_zone", value="Mars/Olympus"),
            Rule(kind=RuleKind.DEFAULT, target="tax_rate", value="21"),
            Rule(kind=RuleKind.TOLERANCE, target="grand_total", value="NaN"),
            Rule(kind=RuleKind.TOLERANCE, target="grand_total", value="11"),
            Rule(kind=RuleKind.REQUIRED, target="password"),
            Rule(kind=RuleKind.OWNER, target="currency", owner="king"),
        ],
    )
    def test_is_never_asked_of_a_rule_that_is_none(self, rule: Rule) -> None:
        assert check_rule(rule)


@pytest.mark.django_db
class TestPublishRules:
    @pytest.fixture
    def shop(self) -> Channel:
        return make_channel()

    def draft(self, shop: Channel, *rules: Rule, number: int = 1) -> RuleSet:
        rule_set = RuleSet.objects.create(partner=shop.partner, channel=shop, number=number)
        for rule in rules:
            QualityRule.objects.create(
                partner=shop.partner, rule_set=rule_set, kind=rule.kind, target=rule.target,
                value=rule.value, severity=rule.severity, owner=rule.owner,
            )  # fmt: skip
        return rule_set

    def try_out(self, rule_set: RuleSet) -> dict[str, Any]:
        tried = services.try_rules(rule_set_id=rule_set.pk, actor=DESK, op_id=uuid4(), now=NOW)
        trial: dict[str, Any] = tried.trial
        return trial

    def publish(self, rule_set: RuleSet) -> RuleSet:
        return services.publish_rules(rule_set_id=rule_set.pk, actor=DESK, op_id=uuid4(), now=NOW)

    def test_measures_false_rejects_before_anything_changes(self, shop: Channel) -> None:
        for number in range(3):
            take_in(shop, shopify(id=number, admin_graphql_api_id=None))
        for number in range(3, 5):
            held = shopify(id=number, admin_graphql_api_id=None, total_price="102.21")
            take_in(shop, held)
        looser = Rule(kind=RuleKind.TOLERANCE, target="grand_total", value="0.01")
        trial = self.try_out(self.draft(shop, looser))
        assert (trial["held_now"], trial["held_by_draft"]) == (2, 0)
        assert (trial["would_free"], trial["false_rejects"]) == (2, 0)

        stricter = Rule(kind=RuleKind.REQUIRED, target="fulfillment_status")
        trial = self.try_out(self.draft(shop, stricter, number=2))
        assert (trial["false_rejects"], trial["held_by_draft"]) == (3, 5)
        assert Order.objects.count() == 3

    def test_wants_a_trial_first(self, shop: Channel) -> None:
        with pytest.raises(NotReady):
            self.publish(self.draft(shop, CURRENCY))

    def test_applies_from_then_on_and_retires_the_one_before(self, shop: Channel) -> None:
        before, after = self.draft(shop, CURRENCY), self.draft(shop, CURRENCY, number=2)
        for rule_set in (before, after):
            self.try_out(rule_set)
            self.publish(rule_set)
        before.refresh_from_db()
        assert before.state == "retired"
        settled = take_in(shop, without(shopify(), "currency"))
        assert settled.state == DocumentState.ACCEPTED
        assert Order.objects.get().currency == "USD"


class TestTestsAndReplacements:
    @pytest.mark.django_db
    def test_of_a_shop_are_marked_on_their_orders(self) -> None:
        take_in(make_channel(), shopify(test=True))
        assert Order.objects.get().is_test

    def test_replacements_free_of_charge_pass(self) -> None:
        both = {
            "payload": {
                "AmazonOrderId": "902-9", "PurchaseDate": "2026-03-01T10:00:00Z",
                "OrderStatus": "Shipped", "IsReplacementOrder": "true", "ReplacedOrderId": "902-1",
                "OrderTotal": {"CurrencyCode": "EUR", "Amount": "0.00"},
                "OrderItems": [{"SellerSKU": "L", "QuantityOrdered": 1,
                                "ItemPrice": {"CurrencyCode": "EUR", "Amount": "0.00"}}],
            }
        }  # fmt: skip
        order = judged("amazon", of(both))
        assert order.replaces == "902-1"
        assert why_held(order) is None

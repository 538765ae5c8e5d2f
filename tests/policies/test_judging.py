from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from policies.rules import (
    CaseFacts,
    Finding,
    Judgement,
    Returnable,
    ReturnWindow,
    ReviewAbove,
    judge,
    local_day,
)
from policies.states import Verdict
from tests.factories.policies import make_book, make_facts, make_rule

BERLIN = ZoneInfo("Europe/Berlin")
DELIVERED = dt.datetime(2026, 3, 1, 23, 30, tzinfo=BERLIN)
THIRTY_DAYS = make_rule(ReturnWindow(days=30, transit_days=5), number=12, edition=4)


def day_of(moment: dt.datetime) -> dt.date:
    return local_day(moment.astimezone(dt.UTC), "Europe/Berlin")


def window_of(judgement: Judgement) -> Finding:
    return next(finding for finding in judgement.findings if finding.kind == "return_window")


class TestReturnWindow:
    """S28: thirty days from a delivery on 1 March at 23:30 local time."""

    @pytest.mark.parametrize(
        ("requested_at", "verdict"),
        [
            (dt.datetime(2026, 3, 1, 23, 45, tzinfo=BERLIN), Verdict.AUTHORISE),
            (dt.datetime(2026, 3, 31, 23, 59, 59, tzinfo=BERLIN), Verdict.AUTHORISE),
            (dt.datetime(2026, 4, 1, 0, 0, tzinfo=BERLIN), Verdict.REJECT),
            (dt.datetime(2026, 4, 5, 12, 0, tzinfo=BERLIN), Verdict.REJECT),  # 35 days, month wrap
        ],
    )
    def test_counts_local_days(self, requested_at: dt.datetime, verdict: Verdict) -> None:
        facts = make_facts(requested_on=day_of(requested_at), delivered_on=day_of(DELIVERED))
        assert judge(facts=facts, rules=make_book(THIRTY_DAYS)).verdict == verdict

    def test_takes_the_day_of_the_channel_not_of_utc(self) -> None:
        moment = dt.datetime(2026, 3, 2, 4, 30, tzinfo=dt.UTC)
        assert local_day(moment, "America/New_York") == dt.date(2026, 3, 1)

    def test_says_how_late_and_until_when(self) -> None:
        facts = make_facts(requested_on=dt.date(2026, 4, 3))
        finding = window_of(judge(facts=facts, rules=make_book(THIRTY_DAYS)))
        assert finding.sentence == (
            "The 30 days from delivery on 1 March 2026 ended on 31 March 2026 (rule 12 v4)."
        )
        assert finding.flip == "3 days late: eligible if asked by 31 March 2026."
        assert (finding.rule_number, finding.rule_edition) == (12, 4)

    def test_counts_from_shipping_when_delivery_is_unknown_and_says_so(self) -> None:
        facts = make_facts(delivered_on=None, requested_on=dt.date(2026, 4, 2))
        judgement = judge(facts=facts, rules=make_book(THIRTY_DAYS))
        assert judgement.verdict == Verdict.AUTHORISE  # 26 February + 5 + 30 days
        assert judgement.sentence == (
            "The 30 days from shipping on 26 February 2026 plus 5 days in transit, as delivery is"
            " unknown, end on 2 April 2026 (rule 12 v4)."
        )

    def test_counts_from_the_order_when_nothing_else_is_known(self) -> None:
        facts = make_facts(delivered_on=None, shipped_on=None, requested_on=dt.date(2026, 4, 1))
        judgement = judge(facts=facts, rules=make_book(THIRTY_DAYS))
        assert judgement.verdict == Verdict.REJECT  # 24 February + 5 + 30 days is 31 March
        assert "from the order on 24 February 2026 plus 5 days" in judgement.sentence


class TestReturnable:
    HYGIENE = make_rule(
        Returnable(answer="no", because="hygiene article"), number=3, category="hygiene"
    )

    def test_rejects_a_category_and_names_the_rule(self) -> None:
        facts = make_facts(category="hygiene")
        judgement = judge(facts=facts, rules=make_book(self.HYGIENE))
        assert judgement.verdict == Verdict.REJECT
        assert judgement.sentence == (
            "Not returnable: hygiene article (rule 3 v1)."
            " A person would decide if we were at fault."
        )

    def test_leaves_other_categories_alone(self) -> None:
        assert judge(facts=make_facts(), rules=make_book(self.HYGIENE)).verdict == "authorise"

    def test_asks_a_person_when_we_are_at_fault(self) -> None:
        facts = make_facts(category="hygiene", reason="defective", is_our_fault=True)
        assert judge(facts=facts, rules=make_book(self.HYGIENE)).verdict == Verdict.REVIEW

    def test_is_lifted_by_a_more_specific_rule(self) -> None:
        lifted = make_rule(
            Returnable(answer="yes", because="sealed"), number=9, category="hygiene", sku="SOAP"
        )
        facts = make_facts(category="hygiene", sku="SOAP")
        assert judge(facts=facts, rules=make_book(self.HYGIENE, lifted)).verdict == "authorise"

    def test_rejects_a_product_that_the_catalogue_marks(self) -> None:
        judgement = judge(facts=make_facts(is_returnable=False), rules=make_book())
        assert judgement.verdict == Verdict.REJECT
        assert judgement.sentence.startswith("SHIRT-BLUE-M is marked as not returnable")


class TestReviewAbove:
    LIMIT = make_rule(ReviewAbove(amount=Decimal("500.00"), currency="EUR"), number=5)

    @pytest.mark.parametrize(
        ("value", "currency", "verdict"),
        [
            ("500.00", "EUR", Verdict.AUTHORISE),
            ("500.01", "EUR", Verdict.REVIEW),
            ("90000", "JPY", Verdict.AUTHORISE),  # the rule speaks of euros
        ],
    )
    def test_asks_a_person_above_the_limit(
        self, value: str, currency: str, verdict: Verdict
    ) -> None:
        facts = make_facts(goods_net=Decimal(value), currency=currency)
        assert judge(facts=facts, rules=make_book(self.LIMIT)).verdict == verdict


class TestVerdict:
    def test_rejects_when_one_rule_fails_and_another_asks_a_person(self) -> None:
        facts = make_facts(goods_net=Decimal(900), requested_on=dt.date(2026, 4, 3))
        judgement = judge(facts=facts, rules=make_book(TestReviewAbove.LIMIT))
        assert judgement.verdict == Verdict.REJECT
        assert "3 days late" in judgement.sentence
        assert "person" not in judgement.sentence

    def test_is_the_same_for_stored_facts(self) -> None:
        facts = make_facts(delivered_on=None)
        again = CaseFacts.from_json(facts.as_json())
        assert again == facts
        assert judge(facts=again, rules=make_book()) == judge(facts=facts, rules=make_book())

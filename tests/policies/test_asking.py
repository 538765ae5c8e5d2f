"""Every kind of rule that decides, as a table: what it says, and what would turn it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from policies.rules import (
    AutoApprove,
    ConditionRequired,
    Evidence,
    FinalSale,
    Finding,
    KeepIt,
    Parameters,
    Returnable,
    ReturnShippingFee,
    ReturnWindow,
    ReviewAbove,
    ReviewWhen,
    Risk,
    Velocity,
    Warranty,
    judge,
)
from policies.states import Verdict
from tests.factories.policies import make_book, make_facts, make_rule

# Nobody's law: only the rule speaks. The shirt was delivered on 1 March and asked on the 10th.
ABROAD: dict[str, Any] = {"country": "US"}
OURS: dict[str, Any] = {"reason": "defective", "is_our_fault": True}
LATE: dict[str, Any] = {"requested_on": dt.date(2026, 8, 1)}
YEARS_LATER: dict[str, Any] = {"requested_on": dt.date(2028, 3, 2)}


def euros(amount: str) -> Decimal:
    return Decimal(amount)


def ask(parameters: Parameters, **facts: Any) -> tuple[Verdict, Finding]:
    judgement = judge(facts=make_facts(**facts), rules=make_book(make_rule(parameters, 7)))
    (finding,) = [item for item in judgement.findings if item.kind == parameters.kind]
    return judgement.verdict, finding


HOLDS = [
    (FinalSale(), {"is_final_sale": True}, "fail", ""),
    (FinalSale(), {"is_final_sale": True, **OURS}, "ok", ""),
    (FinalSale(if_our_fault="review"), {"is_final_sale": True, **OURS}, "review", ""),
    (
        FinalSale(answer="review"),
        {"is_final_sale": True},
        "review",
        "Returnable if we were at fault.",
    ),
    (
        Returnable(answer="no", because="made to order", if_our_fault="yes"),
        {},
        "fail",
        "Returnable if we were at fault.",
    ),
    (
        ConditionRequired(at_worst="unopened"),
        {"condition": "opened"},
        "fail",
        "Eligible unopened.",
    ),
    (
        ConditionRequired(at_worst="opened", otherwise="review"),
        {"condition": "used"},
        "review",
        "Eligible opened, not used.",
    ),
    (
        ConditionRequired(at_worst="opened"),
        {"condition": "unopened"},
        "ok",
        "No longer if it were worse than opened, not used.",
    ),
    (ConditionRequired(at_worst="opened"), {}, "info", "Eligible opened, not used."),
    (
        Evidence(photos=2),
        {"photos": 1},
        "evidence",
        "1 photo missing: eligible with 2 photos.",
    ),
    (
        Evidence(photos=2, needs_serial=True),
        {"is_serialised": True},
        "evidence",
        "2 photos missing: eligible with 2 photos and the serial number.",
    ),
    (
        Evidence(needs_serial=True),
        {"is_serialised": True},
        "evidence",
        "Eligible with the serial number.",
    ),
    (Evidence(needs_serial=True), {"is_serialised": True, "has_serial": True}, "ok", ""),
    (Evidence(needs_serial=True), {}, "ok", ""),  # goods without serial numbers
    (
        ReviewAbove(amount=euros("150.00"), currency="EUR"),
        {"goods_net": euros("150.01")},
        "review",
        "0.01 EUR over the limit: decided at once up to 150.00 EUR.",
    ),
    (
        ReviewAbove(amount=euros("150.00"), currency="EUR"),
        {"goods_net": euros("150.00")},
        "ok",
        "A person decides above 150.00 EUR.",
    ),
    (
        AutoApprove(amount=euros("80.00"), currency="EUR"),
        {"goods_gross": euros("80.92")},
        "review",
        "0.92 EUR over the limit: decided at once up to 80.00 EUR.",
    ),
    (
        AutoApprove(amount=euros("80.92"), currency="EUR"),
        {"goods_gross": euros("80.92")},
        "ok",
        None,
    ),
    (
        ReviewWhen(on_pattern=True),
        {"pattern_cases": 31},
        "review",
        "Decided at once without it.",
    ),
    (ReviewWhen(on_pattern=True), {}, "ok", ""),
    (ReviewWhen(on_serial_mismatch=True), {"serial_matches": False}, "review", None),
    (ReviewWhen(on_serial_mismatch=True), {"serial_matches": True}, "ok", None),
    (ReviewWhen(on_new_customer=True), {"is_new_customer": True}, "review", None),
    (ReviewWhen(on_photo_seen_before=True), {"photos": 2, "photos_seen_before": 1}, "review", None),
    (ReviewWhen(on_photo_seen_before=True), {"photos": 2}, "ok", None),
    (ReviewWhen(on_gift=True), {"is_gift": True}, "review", None),
    (
        Velocity(returns=5),
        {"returns_in_90_days": 5},
        "review",
        "1 return over the limit of 5 returns.",
    ),
    (Velocity(returns=5), {"returns_in_90_days": 4}, "ok", "A person decides above 5 returns."),
    (
        Velocity(units=10),
        {"units_in_90_days": 9, "units": 3},
        "review",
        "2 units over the limit of 10 units.",
    ),
    (Risk(score=70), {"risk_score": 71}, "review", "1 over the limit of 70."),
    (Risk(score=70), {"risk_score": 70}, "ok", "A person decides above 70."),
    (
        KeepIt(amount=euros("68.00"), currency="EUR"),
        {},
        "info",
        "Has to come back above 68.00 EUR.",
    ),
    (
        KeepIt(amount=euros("67.99"), currency="EUR"),
        {},
        "info",
        "0.01 EUR over the limit of 67.99 EUR.",
    ),
    (
        ReturnShippingFee(amount=euros("4.90"), currency="EUR"),
        {},
        "info",
        "No fee if we were at fault.",
    ),
    (ReturnShippingFee(amount=euros("4.90"), currency="EUR"), OURS, "info", ""),
]
VERDICT_OF = {
    "ok": Verdict.AUTHORISE,
    "info": Verdict.AUTHORISE,
    "review": Verdict.REVIEW,
    "evidence": Verdict.AWAITING_EVIDENCE,
    "fail": Verdict.REJECT,
}


class TestEveryKind:
    @pytest.mark.parametrize(("parameters", "facts", "result", "flip"), HOLDS)
    def test_says_what_it_holds_and_what_would_turn_it(
        self, parameters: Parameters, facts: dict[str, Any], result: str, flip: str | None
    ) -> None:
        verdict, finding = ask(parameters, **ABROAD | facts)
        assert (finding.result, verdict) == (result, VERDICT_OF[result])
        if flip:
            assert finding.flip == flip
        assert "(rule 7 v1)" in finding.sentence
        assert (finding.rule_number, finding.rule_edition) == (7, 1)
        assert finding.threshold

    @pytest.mark.parametrize(
        "parameters",
        [FinalSale(), ConditionRequired(at_worst="unopened"), ReviewAbove(Decimal(1), "USD")],
    )
    def test_is_silent_where_it_has_nothing_to_say(self, parameters: Parameters) -> None:
        facts = make_facts(**ABROAD | OURS | {"condition": "used"})
        judgement = judge(facts=facts, rules=make_book(make_rule(parameters, 7)))
        assert parameters.kind not in {finding.kind for finding in judgement.findings}


class TestWarranty:
    """What is our fault may come back late, for as long as the warranty runs."""

    @pytest.mark.parametrize(
        ("warranty", "facts", "verdict", "words"),
        [
            (
                Warranty(months=12),
                LATE,
                "authorise",
                "12 months from delivery on 1 March",
            ),
            (Warranty(months=5), {"requested_on": dt.date(2026, 8, 1)}, "authorise", "1 August"),
            (
                Warranty(months=5),
                {"requested_on": dt.date(2026, 8, 2)},
                "reject",
                "1 day late: eligible if asked by 1 August 2026.",
            ),
            (Warranty(), LATE | {"warranty_months": 6}, "authorise", "6 months"),
            (Warranty(months=12, gives="repair"), LATE, "review", "Eligible as a repair."),
            (
                Warranty(months=12, gives="repair"),
                LATE | {"outcome": "repair"},
                "authorise",
                "12 months",
            ),
            (
                Warranty(months=12, gives="partial_credit", credit_rate=Decimal("0.5")),
                LATE,
                "authorise",
                "gives 50 % of the value",
            ),
            (Warranty(months=12, gives="none"), LATE, "review", "gives nothing"),
            (Warranty(months=12), LATE | {"serial_matches": False}, "review", "not of a unit sold"),
            (Warranty(months=12), LATE | {"is_our_fault": False}, "reject", "ended on 31 March"),
        ],
    )
    def test_counts_from_the_purchase(
        self, warranty: Warranty, facts: dict[str, Any], verdict: str, words: str
    ) -> None:
        given = make_facts(**ABROAD | OURS | facts)
        judgement = judge(facts=given, rules=make_book(make_rule(warranty, 7)))
        assert judgement.verdict == verdict
        assert words in judgement.sentence

    def test_is_no_reason_to_refuse_while_the_window_is_open(self) -> None:
        facts = ABROAD | OURS | {"requested_on": dt.date(2026, 3, 31)}
        assert ask(Warranty(months=1), **facts)[0] == Verdict.AUTHORISE
        verdict, finding = ask(Warranty(), **facts | {"warranty_months": 1, "shipped_on": None})
        assert (verdict, finding.result) == (Verdict.AUTHORISE, "ok")


class TestTheLaw:
    """German law: 14 days to withdraw, 24 months for defects, whatever the rules say."""

    WEEK = make_rule(ReturnWindow(days=7), 7)

    @pytest.mark.parametrize(
        ("day", "verdict"), [(8, "authorise"), (15, "authorise"), (16, "reject")]
    )
    def test_gives_more_days_than_the_rule_and_says_so(self, day: int, verdict: str) -> None:
        facts = make_facts(requested_on=dt.date(2026, 3, day))
        judgement = judge(facts=facts, rules=make_book(self.WEEK))
        assert judgement.verdict == verdict
        assert (
            "Rule 7 v1 gives 7 days, and 14 are due by law in Germany (Directive 2011/83/EU,"
            in judgement.sentence
        )

    def test_gives_nothing_where_there_is_none(self) -> None:
        facts = make_facts(country="US", requested_on=dt.date(2026, 3, 9))
        judgement = judge(facts=facts, rules=make_book(self.WEEK))
        assert (judgement.verdict, "law" in judgement.sentence) == (Verdict.REJECT, False)

    @pytest.mark.parametrize(
        ("months", "facts", "verdict"),
        [
            (None, LATE, "authorise"),
            (12, {"requested_on": dt.date(2028, 3, 1)}, "authorise"),
            (12, YEARS_LATER, "reject"),
            (36, YEARS_LATER, "authorise"),
        ],
    )
    def test_gives_a_warranty(
        self, months: int | None, facts: dict[str, Any], verdict: str
    ) -> None:
        rules = [make_rule(Warranty(months=months), 7)] if months else []
        judgement = judge(facts=make_facts(**OURS | facts), rules=make_book(*rules))
        assert judgement.verdict == verdict
        assert ("by law in Germany" in judgement.sentence) is (months != 36)

    @pytest.mark.parametrize(
        ("parameters", "facts", "result"),
        [
            (FinalSale(), {"is_final_sale": True}, "ok"),
            (FinalSale(), {"is_final_sale": True, "requested_on": dt.date(2026, 3, 16)}, "fail"),
            (ConditionRequired(at_worst="unopened"), {"condition": "used"}, "ok"),
            (
                ConditionRequired(at_worst="unopened", is_sealed_for_a_reason=True),
                {"condition": "opened"},
                "fail",
            ),
        ],
    )
    def test_comes_before_what_a_shop_says_of_its_goods(
        self, parameters: Parameters, facts: dict[str, Any], result: str
    ) -> None:
        _, finding = ask(parameters, **facts)
        assert finding.result == result
        assert ("by law in Germany" in finding.sentence) is (result == "ok")


class TestAutoApprove:
    SMALL = make_rule(AutoApprove(amount=euros("100.00"), currency="EUR", passes_triggers=True), 7)
    TRIGGER = make_rule(ReviewWhen(on_new_customer=True), 8)
    NEW: dict[str, Any] = {"is_new_customer": True}

    @pytest.mark.parametrize(
        ("facts", "verdict"),
        [({}, "authorise"), ({"goods_gross": euros("100.01")}, "review")],
    )
    def test_lets_small_claims_past_a_trigger(self, facts: dict[str, Any], verdict: str) -> None:
        book = make_book(self.SMALL, self.TRIGGER)
        assert judge(facts=make_facts(**self.NEW | facts), rules=book).verdict == verdict

    def test_lets_nobody_past_a_limit_of_velocity(self) -> None:
        book = make_book(self.SMALL, make_rule(Velocity(returns=1), 8))
        assert judge(facts=make_facts(returns_in_90_days=1), rules=book).verdict == "review"


class TestVerdict:
    def test_waits_for_evidence_before_a_person_looks(self) -> None:
        book = make_book(make_rule(Evidence(photos=1), 7), make_rule(Risk(score=0), 8))
        assert judge(facts=make_facts(risk_score=5), rules=book).verdict == "awaiting_evidence"
        assert judge(facts=make_facts(risk_score=5, photos=1), rules=book).verdict == "review"

    def test_rejects_without_asking_for_evidence(self) -> None:
        book = make_book(make_rule(Evidence(photos=1), 7))
        assert judge(facts=make_facts(**ABROAD | LATE), rules=book).verdict == "reject"

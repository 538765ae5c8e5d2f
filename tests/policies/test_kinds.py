from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policies.rules import (
    KINDS,
    BadParameter,
    NoRule,
    RestockingFee,
    ReturnWindow,
    RuleBook,
    SendBack,
    parse_parameters,
    plain_parameters,
)
from policies.rules.differences import compare_books
from tests.factories.policies import NEEDED, make_book, make_facts, make_rule


class TestParseParameters:
    @pytest.mark.parametrize("parameters", NEEDED)
    def test_reads_back_what_was_stored(self, parameters) -> None:
        assert parse_parameters(parameters.kind, plain_parameters(parameters)) == parameters

    def test_keeps_decimals_exact(self) -> None:
        fee = RestockingFee(rate=Decimal("0.15"), minimum=Decimal("4.90"))
        assert plain_parameters(fee) == {"rate": "0.15", "minimum": "4.90"}
        assert parse_parameters("restocking_fee", plain_parameters(fee)) == fee

    @pytest.mark.parametrize(
        ("kind", "raw", "field", "message"),
        [
            ("refund_window", {}, "kind", "no kind of rule"),
            ("send_back", {}, "days", "“Days” is missing"),
            ("send_back", {"days": 0}, "days", "at least 1"),
            ("send_back", {"days": 366}, "days", "at most 365"),
            ("send_back", {"days": True}, "days", "not readable"),
            ("send_back", {"days": "14"}, "days", "not readable"),
            ("send_back", {"days": 14, "hours": 2}, "hours", "knows no “hours”"),
            ("restocking_fee", {"rate": "NaN"}, "rate", "not readable"),
            ("restocking_fee", {"rate": 0.15}, "rate", "not readable"),  # a float is no decimal
            ("review_above", {"amount": "1", "currency": "EURO"}, "currency", "not a currency"),
            ("price_policy", {"policy": "free"}, "policy", "cannot be “free”"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, kind: str, raw: dict[str, Any], field: str, message: str
    ) -> None:
        with pytest.raises(BadParameter, match=message) as refused:
            parse_parameters(kind, raw)
        assert refused.value.field == field


class TestRuleBook:
    def test_lacks_what_every_case_needs(self) -> None:
        german = make_rule(ReturnWindow(days=30), country="DE")
        lacking = [kind.kind for kind in RuleBook([german]).lacking()]
        assert lacking == ["return_window", "send_back", "price_policy"]
        assert make_book().lacking() == []

    def test_says_which_kind_of_rule_it_has_not(self) -> None:
        with pytest.raises(NoRule, match="“Time to send back”"):
            RuleBook([]).get(SendBack, make_facts())

    def test_has_a_title_for_every_kind(self) -> None:
        assert len({kind.title for kind in KINDS.values()}) == len(KINDS)


class TestCompareBooks:
    def test_lists_added_removed_and_changed_rules(self) -> None:
        window, fee = ReturnWindow(days=30), RestockingFee(rate=Decimal("0.15"))
        before = RuleBook([make_rule(window, 1), make_rule(fee, 2)])
        after = RuleBook([make_rule(ReturnWindow(days=14), 1, edition=2), make_rule(fee, 3)])
        differences = compare_books(before, after)
        assert [(item.what, item.reference.number) for item in differences] == [
            ("changed", 1),
            ("removed", 2),
            ("added", 3),
        ]
        (change,) = differences[0].changes
        assert (change.label, change.before, change.after) == ("Days from delivery", "30", "14")

    def test_reads_rates_scopes_and_choices_in_words(self) -> None:
        old = make_rule(RestockingFee(rate=Decimal("0.15")), 1)
        new = make_rule(RestockingFee(rate=Decimal("0.125")), 1, country="DE", priority=3)
        (difference,) = compare_books(RuleBook([old]), RuleBook([new]))
        assert [(item.before, item.after) for item in difference.changes] == [
            ("15 %", "12.5 %"),
            ("everything", "country DE"),
            ("0", "3"),
        ]

    def test_finds_nothing_between_equal_books(self) -> None:
        assert compare_books(make_book(), make_book()) == []

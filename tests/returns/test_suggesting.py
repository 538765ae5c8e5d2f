from __future__ import annotations

import pytest

from returns.rules import InspectedLine, can_dispose, suggest_outcome
from returns.states import DispositionKind, Grade, ReceivedAs

D = DispositionKind


class TestSuggestOutcome:
    @pytest.mark.parametrize(
        ("grade", "is_our_fault", "is_accepted", "disposition"),
        [
            ("A", False, True, D.RESTOCK),
            ("B", False, True, D.RESTOCK),
            ("C", False, True, D.REFURBISH),
            ("D", False, False, D.QUALITY_REJECT),
            ("A", True, True, D.REFURBISH),
            ("D", True, True, D.SCRAP),
        ],
    )
    def test_follows_the_grade_and_whose_fault_it_is(
        self, grade: str, is_our_fault: bool, is_accepted: bool, disposition: str
    ) -> None:
        suggestion = suggest_outcome(
            kind=ReceivedAs.EXPECTED, grade=grade, is_our_fault=is_our_fault
        )
        assert (suggestion.is_accepted, suggestion.disposition) == (is_accepted, disposition)

    @pytest.mark.parametrize("kind", [ReceivedAs.EXTRA, ReceivedAs.WRONG_SERIAL])
    def test_sets_apart_what_nobody_announced(self, kind: str) -> None:
        suggestion = suggest_outcome(kind=kind, grade="A")
        assert (suggestion.is_accepted, suggestion.disposition) == (False, D.QUALITY_REJECT)

    @pytest.mark.parametrize("is_stocked", [True, False])
    @pytest.mark.parametrize("is_our_fault", [True, False])
    @pytest.mark.parametrize("grade", Grade.values)
    @pytest.mark.parametrize("kind", ReceivedAs.values)
    def test_is_never_what_the_rules_refuse(
        self, kind: str, grade: str, is_our_fault: bool, is_stocked: bool
    ) -> None:
        suggestion = suggest_outcome(
            kind=kind, grade=grade, is_our_fault=is_our_fault, is_stocked=is_stocked
        )
        graded = InspectedLine(
            receipt_line_id=1,
            quantity=1,
            grade=grade,
            is_accepted=suggestion.is_accepted,
            disposition=suggestion.disposition,
        )
        assert can_dispose(graded, kind=kind, is_stocked=is_stocked)

    @pytest.mark.parametrize(
        ("rule", "is_accepted", "disposition"),
        [
            ("send_back", False, D.RETURN_TO_CUSTOMER),
            ("write_off", False, D.SCRAP),
            ("substitute", True, D.RESTOCK),
            ("", False, D.QUALITY_REJECT),
        ],
    )
    def test_follows_what_the_mismatch_desk_decided(
        self, rule: str, is_accepted: bool, disposition: str
    ) -> None:
        suggestion = suggest_outcome(kind=ReceivedAs.WRONG_ITEM, grade="A", rule=rule)
        assert (suggestion.is_accepted, suggestion.disposition) == (is_accepted, disposition)

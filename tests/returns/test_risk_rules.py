from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from returns.rules import RiskSigns, can_clear_risk, must_hold, score_risk

D = Decimal
SIGNS: list[tuple[dict[str, Any], int, list[str]]] = [
    ({}, 0, []),
    ({"returns_of_customer": 3, "returns_at_address": 1, "returns_on_card": 1}, 0, []),
    ({"serials_used": 1}, 50, ["serial_used"]),
    ({"serials_used": 3}, 50, ["serial_used"]),
    ({"photos_used": 1}, 40, ["photo_used"]),
    ({"photos_used": 5}, 60, ["photo_used"]),
    ({"foreign_serials": 1}, 30, ["serial_foreign"]),
    ({"returns_of_customer": 5}, 10, ["velocity_customer"]),
    ({"returns_of_customer": 40}, 25, ["velocity_customer"]),
    ({"returns_at_address": 3}, 16, ["velocity_address"]),
    ({"returns_on_card": 2}, 10, ["velocity_card"]),
    ({"dearness": D("1.49")}, 0, []),
    ({"dearness": D("1.5")}, 20, ["inflated_value"]),
    ({"dearness": D(3)}, 40, ["inflated_value"]),
    ({"worn": 2}, 25, ["worn"]),
    ({"worn": 1, "worn_before": 2}, 45, ["worn", "worn_before"]),
    ({"photos_used": 1, "serials_used": 1}, 90, ["serial_used", "photo_used"]),
    ({"photos_used": 2, "serials_used": 1}, 100, ["photo_used", "serial_used"]),
]


class TestTheScore:
    @pytest.mark.parametrize(("signs", "score", "codes"), SIGNS)
    def test_adds_up_what_is_unusual_the_heaviest_first(
        self, signs: dict[str, Any], score: int, codes: list[str]
    ) -> None:
        found = score_risk(RiskSigns(**signs))
        assert (found.score, [part.code for part in found.parts]) == (score, codes)

    def test_names_the_cases_that_a_sign_was_seen_on(self) -> None:
        signs = RiskSigns(photos_used=1, cases={"photo_used": ["RMA-1"]})
        assert score_risk(signs).parts[0].cases == ("RMA-1",)


class TestTheHold:
    @pytest.mark.parametrize(
        ("score", "limit", "cleared", "holds"),
        [
            (100, None, None, False),
            (50, 50, None, False),
            (51, 50, None, True),
            (51, 50, 51, False),
            (76, 50, 51, True),
        ],
    )
    def test_is_taken_above_the_limit_and_not_again_for_what_was_cleared(
        self, score: int, limit: int | None, cleared: int | None, holds: bool
    ) -> None:
        assert must_hold(score=score, limit=limit, highest_cleared=cleared) is holds

    def test_is_cleared_by_somebody_else_than_who_opened_the_case(self) -> None:
        assert can_clear_risk(is_held=True, opened_by="user:1", clearer="user:2")
        assert not can_clear_risk(is_held=True, opened_by="user:1", clearer="user:1")
        assert not can_clear_risk(is_held=False, opened_by="user:1", clearer="user:2")

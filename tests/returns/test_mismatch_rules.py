"""What a difference at receipt suggests, as a table, and where placed goods may go on to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from returns.rules import (
    OF_A_LEAD,
    AwaitedLine,
    CountedLine,
    MismatchFacts,
    PlacedGoods,
    allot_goods,
    can_move_on,
    can_take_rule,
    list_rules,
    suggest_rule,
)
from returns.states import DispositionKind, MismatchKind, MoneyRule

K = MismatchKind
R = MoneyRule
D = DispositionKind
ASKED = {"was_asked": True}
ANSWERED = {"was_asked": True, "days_since_asked": 7}


def worth(value: str, own: str | None = None) -> dict[str, Any]:
    return {"value": Decimal(value), "own_value": Decimal(own) if own else None}


@pytest.mark.parametrize(
    ("kind", "facts", "rule"),
    [
        (K.MISSING, {}, R.WAIT),
        (K.MISSING, {"age_days": 6}, R.WAIT),
        (K.MISSING, {"age_days": 7}, R.ASK),
        (K.MISSING, ASKED, R.WAIT),
        (K.MISSING, ANSWERED, R.SHORT_CLOSE),
        (K.EMPTY_BOX, {}, R.ASK),
        (K.EMPTY_BOX, ASKED, R.ASK),
        (K.EMPTY_BOX, ANSWERED, R.SHORT_CLOSE),
        (K.DAMAGED, {}, R.ACCEPT),
        (K.DAMAGED, {"has_tracking": True}, R.CARRIER_CLAIM),
        (K.DAMAGED, {"has_tracking": True, "is_our_fault": True}, R.ACCEPT),
        (K.WRONG_ITEM, worth("40", "40"), R.SUBSTITUTE),
        (K.WRONG_ITEM, worth("40", "39.99"), R.ASK),
        (K.WRONG_ITEM, worth("40"), R.ASK),
        (K.WRONG_ITEM, worth("40", "10") | ANSWERED, R.SEND_BACK),
        (K.EXTRA, {}, R.ASK),
        (K.EXTRA, ANSWERED, R.SEND_BACK),
        (K.WRONG_SERIAL, worth("40", "40"), R.ASK),
        (K.WRONG_SERIAL, ANSWERED, R.SEND_BACK),
        (K.FOREIGN_SERIAL, {}, R.ASK),
        (K.FOREIGN_SERIAL, ANSWERED | {"is_awaited_elsewhere": True}, R.ASK),
        (K.FOREIGN_SERIAL, ANSWERED, R.SEND_BACK),
    ],
)
def test_a_difference_suggests_a_rule(
    kind: MismatchKind, facts: dict[str, Any], rule: MoneyRule
) -> None:
    assert suggest_rule(MismatchFacts(kind=kind, **facts)).rule == rule


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("facts", [{}, ASKED, ANSWERED, {"has_tracking": True}, worth("4", "5")])
def test_what_is_suggested_can_be_taken(kind: MismatchKind, facts: dict[str, Any]) -> None:
    known = MismatchFacts(kind=kind, **facts)
    advice = suggest_rule(known)
    assert advice.rule in list_rules(known)
    assert can_take_rule(advice.rule, known)
    assert advice.why.endswith(".")


@pytest.mark.parametrize(
    ("rule", "facts", "why"),
    [
        (R.SHORT_CLOSE, {"kind": K.EXTRA}, "does not fit"),
        (R.SUBSTITUTE, {"kind": K.WRONG_ITEM} | worth("40", "30"), "worth less"),
        (R.CREDIT_ANYWAY, {"kind": K.EXTRA}, "does not fit"),
        (R.CARRIER_CLAIM, {"kind": K.MISSING}, "not tracked"),
        (R.CARRIER_CLAIM, {"kind": K.EMPTY_BOX}, "not tracked"),
        (R.CREDIT_ANYWAY, {"kind": K.EMPTY_BOX, "is_case_open": False}, "awaits nothing"),
        (R.ASK, {"kind": K.MISSING, "is_case_open": False}, "awaits nothing"),
        (R.SEND_BACK, {"kind": K.EXTRA, "has_gone": True}, "left already"),
    ],
)
def test_a_rule_that_does_not_fit_says_why(
    rule: MoneyRule, facts: dict[str, Any], why: str
) -> None:
    assert why in " ".join(can_take_rule(rule, MismatchFacts(**facts)).reasons)


@pytest.mark.parametrize("kind", [K.MISSING, K.EMPTY_BOX])
@pytest.mark.parametrize("rule", [R.SHORT_CLOSE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM])
def test_what_never_came_may_be_credited_or_not(kind: MismatchKind, rule: MoneyRule) -> None:
    assert can_take_rule(rule, MismatchFacts(kind=kind, has_tracking=True))


def test_nobody_but_a_lead_gives_anything_away() -> None:
    assert {R.SUBSTITUTE, R.CREDIT_ANYWAY, R.CARRIER_CLAIM, R.WRITE_OFF} == OF_A_LEAD


def placed(**fields: Any) -> PlacedGoods:
    defaults: dict[str, Any] = {
        "kind": D.QUALITY_REJECT,
        "left": 2,
        "grade": "B",
        "is_accepted": True,
        "is_stocked": True,
        "seen_by": frozenset({"user:1"}),
    }
    return PlacedGoods(**defaults | fields)


class TestCanMoveOn:
    @pytest.mark.parametrize(
        ("goods", "to", "because"),
        [
            (placed(), D.RESTOCK, "passed"),
            (placed(), D.SCRAP, "broken"),
            (placed(), D.REFURBISH, ""),
            (placed(kind=D.RESTOCK), D.QUALITY_REJECT, "failed_later"),
            (placed(is_accepted=False), D.RETURN_TO_CUSTOMER, ""),
            (placed(is_accepted=False), D.SCRAP, "by_agreement"),
            (placed(kind=D.RETURN_TO_VENDOR, claim="open"), D.SCRAP, "not_worth_it"),
        ],
    )
    def test_lets_goods_go_where_they_may(self, goods: PlacedGoods, to: str, because: str) -> None:
        assert can_move_on(goods, to=to, quantity=1, because=because, actor="user:2")

    @pytest.mark.parametrize(
        ("goods", "to", "because", "why"),
        [
            (placed(seen_by=frozenset({"user:2"})), D.RESTOCK, "passed", "somebody else"),
            (placed(grade="D"), D.RESTOCK, "passed", "never restocked"),
            (placed(), D.QUALITY_REJECT, "", "there already"),
            (placed(), D.SCRAP, "", "Say why"),
            (placed(left=0), D.SCRAP, "broken", "Only 0"),
            (placed(kind=D.SCRAP), D.RESTOCK, "passed", "They are gone"),
            (placed(), D.RETURN_TO_CUSTOMER, "", "Accepted goods are ours"),
            (placed(is_accepted=False), D.RESTOCK, "passed", "until they agree"),
            (placed(kind=D.RETURN_TO_VENDOR, claim="sent"), D.SCRAP, "broken", "supplier already"),
        ],
    )
    def test_says_why_not(self, goods: PlacedGoods, to: str, because: str, why: str) -> None:
        verdict = can_move_on(goods, to=to, quantity=1, because=because, actor="user:2")
        assert why in " ".join(verdict.reasons)


class TestAllotGoods:
    AWAITED = {
        7: AwaitedLine(sku="MUG", awaited=1),
        8: AwaitedLine(sku="CAM", awaited=1, is_serialised=True, serials=frozenset({"S-1"})),
    }

    @pytest.mark.parametrize(
        ("goods", "line"),
        [
            (CountedLine(return_line_id=None, quantity=1, sku_found="mug"), 7),
            (CountedLine(return_line_id=None, quantity=1, serial_found="s-1"), 8),
            (CountedLine(return_line_id=None, quantity=1, sku_found="CAM", serial_found="X"), 8),
            (CountedLine(return_line_id=None, quantity=1, sku_found="CAM"), None),
            (CountedLine(return_line_id=None, quantity=1, sku_found="SOCK"), None),
        ],
    )
    def test_sets_goods_against_their_line(self, goods: CountedLine, line: int | None) -> None:
        assert [each.return_line_id for each in allot_goods([goods], self.AWAITED)] == [line]

    def test_leaves_unannounced_what_is_more_than_awaited(self) -> None:
        mug = CountedLine(return_line_id=None, quantity=1, sku_found="MUG")
        lines = [each.return_line_id for each in allot_goods([mug, mug], self.AWAITED)]
        assert lines == [7, None]

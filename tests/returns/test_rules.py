from __future__ import annotations

from typing import Any

import pytest

from core.errors import ActionBlocked, BadInput
from returns import rules
from returns.rules import (
    AwaitedLine,
    CountedLine,
    InspectedLine,
    LineStep,
    UngradedLine,
    check_inspections,
    compute_header,
    decide_ended_line,
    lowest_free_units,
    plan_receipt,
    plan_step,
)
from returns.states import LineDecision, ReturnState

L = LineDecision
S = ReturnState


@pytest.mark.parametrize(
    ("quantity", "taken", "wanted", "units"),
    [
        (3, set(), 2, [1, 2]),
        (3, {1}, 2, [2, 3]),
        (5, {1, 3}, 2, [2, 4]),
        (3, {1, 2, 3}, 1, []),
        (3, set(), 0, []),
    ],
)
def test_the_lowest_free_units_are_claimed(
    quantity: int, taken: set[int], wanted: int, units: list[int]
) -> None:
    assert lowest_free_units(quantity=quantity, taken=taken, wanted=wanted) == units


@pytest.mark.parametrize(
    ("decisions", "state"),
    [
        ({L.AUTHORISED}, S.AUTHORISED),
        ({L.AUTHORISED, L.REJECTED}, S.AUTHORISED),
        ({L.AUTHORISED, L.REVIEW}, S.IN_REVIEW),
        ({L.REVIEW, L.REJECTED}, S.IN_REVIEW),
        ({L.REJECTED}, S.REJECTED),
        ({L.PENDING, L.REVIEW, L.AUTHORISED}, S.AWAITING_EVIDENCE),
    ],
)
def test_the_header_follows_from_its_lines(decisions: set[str], state: ReturnState) -> None:
    assert compute_header(decisions) == state


ALLOWED_IN: dict[str, set[ReturnState]] = {
    "can_authorise": {S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW},
    "can_reject": {S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW},
    "can_mark_departed": {S.AUTHORISED},
    "can_receive": {S.AUTHORISED, S.IN_TRANSIT, S.PARTLY_RECEIVED, S.RECEIVED},
    "can_cancel": {
        S.DRAFT,
        S.REQUESTED,
        S.AWAITING_EVIDENCE,
        S.IN_REVIEW,
        S.AUTHORISED,
        S.IN_TRANSIT,
    },
    "can_close": {S.SETTLING},
}


@pytest.mark.parametrize("state", ReturnState)
@pytest.mark.parametrize("rule", ALLOWED_IN)
def test_every_action_is_allowed_in_its_states_and_says_why_elsewhere(
    rule: str, state: ReturnState
) -> None:
    verdict = getattr(rules, rule)(state)
    assert verdict.allowed == (state in ALLOWED_IN[rule])
    assert verdict.allowed or all(reason.endswith(".") for reason in verdict.reasons)


class TestCanInspect:
    def test_says_when_everything_is_graded(self) -> None:
        verdict = rules.can_inspect(S.RECEIVED, uninspected=0)
        assert verdict.reasons == ("Everything received is inspected already.",)

    def test_says_when_nothing_has_come(self) -> None:
        verdict = rules.can_inspect(S.AUTHORISED, uninspected=0)
        assert verdict.reasons == ("The return is authorised: no goods wait for inspection.",)


def count(quantity: int = 1, line: int | None = 7, **fields: Any) -> CountedLine:
    return CountedLine(return_line_id=line, quantity=quantity, **fields)


def awaited(number: int = 3, **fields: Any) -> dict[int, AwaitedLine]:
    return {7: AwaitedLine(sku="SHIRT-BLUE-M", awaited=number, **fields)}


class TestPlanReceipt:
    @pytest.mark.parametrize(
        ("goods", "rows"),
        [
            ([count(3)], [("expected", 3, 0)]),
            ([count(2), count(2)], [("expected", 2, 0), ("expected", 1, 0), ("extra", 1, 0)]),
            ([count(4, damaged=1)], [("expected", 3, 1), ("extra", 1, 0)]),
            ([count(4, damaged=4)], [("expected", 3, 3), ("extra", 1, 1)]),
            ([count(1, sku_found="SOCKS")], [("wrong_item", 1, 0)]),
            ([count(1, sku_found="shirt-blue-m")], [("expected", 1, 0)]),
            ([count(1, line=None, sku_found="SOCKS")], [("extra", 1, 0)]),
        ],
    )
    def test_sets_what_came_against_what_is_awaited(
        self, goods: list[CountedLine], rows: list[tuple[str, int, int]]
    ) -> None:
        planned = plan_receipt(goods, awaited())
        found = [(row.kind.value, row.counted.quantity, row.counted.damaged) for row in planned]
        assert found == rows

    @pytest.mark.parametrize(
        ("goods", "field"),
        [
            ([], "lines"),
            ([count(0)], "quantity"),
            ([count(1, damaged=2)], "damaged"),
            ([count(1, line=8)], "return_line_id"),
            ([count(1, line=None)], "sku_found"),
        ],
    )
    def test_refuses_a_count_that_cannot_be(self, goods: list[CountedLine], field: str) -> None:
        with pytest.raises(BadInput) as refusal:
            plan_receipt(goods, awaited())
        assert refusal.value.field == field

    def test_wants_serialised_goods_scanned_one_by_one(self) -> None:
        serials = awaited(2, is_serialised=True, serials=frozenset({"S-1", "S-2"}))
        with pytest.raises(BadInput, match="stands for one unit"):
            plan_receipt([count(2, serial_found="S-1")], serials)


def graded(quantity: int = 1, row: int = 5, **fields: Any) -> InspectedLine:
    defaults: dict[str, Any] = {"grade": "A", "is_accepted": True, "disposition": "restock"}
    return InspectedLine(receipt_line_id=row, quantity=quantity, **defaults | fields)


def refused(disposition: str) -> InspectedLine:
    return graded(grade="C", is_accepted=False, disposition=disposition, refused_because="used")


class TestCheckInspections:
    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            (graded(), "expected"),
            (graded(grade="C", disposition="refurbish"), "expected"),
            (graded(grade="D", disposition="scrap", because="broken"), "expected"),
            (refused("return_to_customer"), "expected"),
            (refused("quality_reject"), "wrong_serial"),
        ],
    )
    def test_let_goods_go_where_they_may(self, line: InspectedLine, kind: str) -> None:
        check_inspections([line], {5: UngradedLine(kind=kind, quantity=1)})

    @pytest.mark.parametrize(
        ("line", "kind", "reason"),
        [
            (graded(), "extra", "Not announced: it cannot be accepted."),
            (graded(), "wrong_item", "Wrong item: it cannot be accepted."),
            (
                graded(disposition="return_to_customer"),
                "expected",
                "Accepted goods are ours: not “return to customer”.",
            ),
            (
                refused("restock"),
                "expected",
                "Refused goods are set apart or sent back: not “restock”.",
            ),
            (graded(grade="D"), "expected", "Grade D goods are never restocked."),
        ],
    )
    def test_say_why_goods_may_not_go_there(
        self, line: InspectedLine, kind: str, reason: str
    ) -> None:
        with pytest.raises(ActionBlocked) as refusal:
            check_inspections([line], {5: UngradedLine(kind=kind, quantity=1)})
        assert refusal.value.reasons == [reason]

    def test_restock_only_what_the_catalogue_knows(self) -> None:
        unknown = UngradedLine(kind="expected", quantity=1, is_stocked=False)
        with pytest.raises(ActionBlocked) as refusal:
            check_inspections([graded()], {5: unknown})
        assert refusal.value.reasons == [
            "The SKU is not in the catalogue, so it cannot be restocked."
        ]

    @pytest.mark.parametrize(
        "lines", [[], [graded(3)], [graded(), graded(2)], [graded(row=6)], [graded(0)]]
    )
    def test_refuse_units_that_nobody_received(self, lines: list[InspectedLine]) -> None:
        with pytest.raises(BadInput):
            check_inspections(lines, {5: UngradedLine(kind="expected", quantity=2)})


class TestPlanStep:
    def test_credits_the_lowest_open_units_and_frees_the_highest(self) -> None:
        step = plan_step(open_units=[4, 2, 3], passed={"B": 1, "A": 1}, refused=1, awaited=0)
        assert step == LineStep(accepted={2: "A", 3: "B"}, refused=[4], is_over=True)

    def test_leaves_what_is_awaited_between_them(self) -> None:
        step = plan_step(open_units=[1, 2, 3], passed={"A": 1}, refused=1, awaited=1)
        assert (list(step.accepted), step.refused, step.is_over) == ([1], [3], False)

    def test_does_nothing_while_nothing_came(self) -> None:
        assert not plan_step(open_units=[1], passed={}, refused=0, awaited=1).moves

    def test_never_credits_more_than_was_claimed(self) -> None:
        with pytest.raises(BadInput):
            plan_step(open_units=[1], passed={"A": 1}, refused=0, awaited=1)


@pytest.mark.parametrize(
    ("credited", "refused", "decision"),
    [(1, 1, L.ACCEPTED), (0, 1, L.REFUSED), (0, 0, L.CANCELLED)],
)
def test_a_line_ends_as_the_best_of_its_units(
    credited: int, refused: int, decision: LineDecision
) -> None:
    assert decide_ended_line(credited=credited, refused=refused) == decision

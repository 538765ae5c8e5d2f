"""What inspection found since the last step of a case: settled by a command, told by a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import BadInput
from payments.rules import MemoLine
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries.arrivals import count_graded
from returns.queries.credit import list_memo_lines, list_open_units
from returns.queries.lines import read_lines
from returns.queries.mismatches import list_blocked_lines
from returns.rules import LineStep, plan_step
from returns.states import LineDecision, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ToGrade:
    """Units of a line about to be graded, by grade, and those that are about to be refused."""

    passed: Counter[str] = field(default_factory=Counter)
    refused: int = 0


def plan_steps(
    case: Return, lines: Sequence[ReturnLine], *, more: Mapping[int, ToGrade] | None = None
) -> dict[int, LineStep]:
    """By line id, from what inspection found and no earlier step has settled.

    `more` is what is about to be graded, by line id.
    """
    graded, settled = count_graded(case), _count_settled(lines)
    blocked = list_blocked_lines(case)
    now = more or {}
    return {
        line.pk: LineStep()
        if line.pk in blocked
        else plan_step(
            open_units=list_open_units(line),
            passed=graded[line.pk].passed + now.get(line.pk, ToGrade()).passed - settled[line.pk],
            refused=graded[line.pk].refused
            + now.get(line.pk, ToGrade()).refused
            - line.refused
            - line.overturned,
            awaited=line.awaited,
        )
        for line in lines
    }


def preview_memo(case: Return, more: Mapping[int, ToGrade]) -> list[MemoLine]:
    """The lines of the memo that booking these grades would lead to; none where it cannot be.

    By the plan of the command itself, so that what is read before the yes is what is credited.
    """
    open_lines = [line for line in read_lines(case) if line.decision == LineDecision.AUTHORISED]
    try:
        steps = plan_steps(case, open_lines, more=more)
    except BadInput:  # more than was announced: the booking says so
        return []
    accepted = {
        line.pk: steps[line.pk].accepted for line in open_lines if line.outcome != Outcome.REPAIR
    }
    return list_memo_lines(case, accepted=accepted) if any(accepted.values()) else []


def _count_settled(lines: Sequence[ReturnLine]) -> dict[int, Counter[str]]:
    """Units that earlier steps took, by line id and grade; what was kept has no grade."""
    settled: dict[int, Counter[str]] = {line.pk: Counter() for line in lines}
    claims = UnitClaim.objects.filter(return_line__in=lines).exclude(grade="")
    for line_id, grade in claims.values_list("return_line", "grade"):
        settled[line_id][grade] += 1
    return settled

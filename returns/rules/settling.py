"""What becomes of a return line as its goods are graded, part by part. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import BadInput
from returns.states import LineDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStep:
    """One step of a line: claimed units that are credited now, by unit and grade, and those that
    did not pass and are free again. `is_over`: nothing of the line is awaited any more."""

    accepted: dict[int, str] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    is_over: bool = False

    @property
    def moves(self) -> bool:
        return bool(self.accepted or self.refused)


def plan_step(
    *, open_units: Sequence[int], passed: Mapping[str, int], refused: int, awaited: int
) -> LineStep:
    """The lowest open units are the accepted ones, the highest the refused; the rest wait.

    `open_units` are claimed and neither credited nor free; `passed` counts what passed since the
    last step, by grade, and the best grades take the lowest numbers. Raises BadInput.
    """
    accepted = sum(passed.values())
    if accepted + refused + awaited > len(open_units):
        raise BadInput("More units are accepted than were claimed.", field="quantity")
    ordered = sorted(open_units)
    grades = [grade for grade in sorted(passed) for _ in range(passed[grade])]
    return LineStep(
        accepted=dict(zip(ordered, grades, strict=False)),
        refused=ordered[len(ordered) - refused :],
        is_over=not awaited,
    )


def decide_ended_line(*, credited: int, refused: int) -> LineDecision:
    """What stands on a line of which nothing is awaited any more."""
    if credited:
        return LineDecision.ACCEPTED
    return LineDecision.REFUSED if refused else LineDecision.CANCELLED

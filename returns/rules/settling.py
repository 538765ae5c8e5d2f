"""What becomes of a return line once its goods are graded. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import BadInput
from returns.states import LineDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """What became of a return line: claimed units that stay credited, and those that do not."""

    accepted: list[int]
    refused: list[int] = field(default_factory=list)

    @property
    def decision(self) -> LineDecision:
        return LineDecision.ACCEPTED if self.accepted else LineDecision.REFUSED


def plan_outcome(*, units: Sequence[int], accepted: int) -> LineOutcome:
    """The lowest claimed units are the accepted ones; the others are free again."""
    if accepted > len(units):
        raise BadInput("More units are accepted than were claimed.", field="quantity")
    ordered = sorted(units)
    return LineOutcome(accepted=ordered[:accepted], refused=ordered[accepted:])

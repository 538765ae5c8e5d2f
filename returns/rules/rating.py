"""Whether a customer may say how a case went."""

from __future__ import annotations

from core.verdicts import Verdict
from returns.rules.cases import only_in
from returns.states import ReturnState

SCORES = (1, 2, 3, 4, 5)


def can_rate(state: str, *, is_rated: bool) -> Verdict:
    """Once, when it is done: what was turned down or called off is not compared."""
    done = only_in((ReturnState.CLOSED,), state, "only a case that is done is rated.")
    return done & Verdict.of("It was rated already." if is_rated else None)

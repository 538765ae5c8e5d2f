"""When a case that is over may be looked at once more, and by whom. No database, no clock."""

from __future__ import annotations

import datetime as dt

from core.verdicts import Verdict
from returns.rules.cases import only_in
from returns.states import ReturnState

S = ReturnState


def can_appeal(state: str, *, appealed_at: dt.datetime | None) -> Verdict:
    """A rejected case is decided a second time once."""
    once = "It was looked at a second time already." if appealed_at else None
    return only_in((S.REJECTED,), state, "only a rejection can be appealed.") & Verdict.of(once)


def can_reopen(state: str, *, reopened_at: dt.datetime | None, refused: int) -> Verdict:
    """A closed case is opened once, over the units that inspection refused."""
    return only_in((S.CLOSED,), state, "only a closed case can be opened again.") & Verdict.of(
        "It was opened again already." if reopened_at else None,
        None if refused else "Nothing of it was refused.",
    )


def can_take_in_late(state: str) -> Verdict:
    """Goods of a case that has run out are at the door after all."""
    return only_in((S.EXPIRED,), state, "only an expired case takes goods in late.")


def can_decide_again(*, rejected_by: str, decider: str) -> Verdict:
    """Who said no the first time does not decide about it."""
    is_same = bool(rejected_by) and rejected_by == decider
    return Verdict.of("You said no the first time: somebody else decides now." if is_same else None)

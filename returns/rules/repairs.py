"""The stations of a repair, and what may be done at each. No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from core.verdicts import Verdict
from returns.states import REPAIR_OVER, Outcome, RepairState

S = RepairState
INSTEAD = (Outcome.REFUND, Outcome.STORE_CREDIT)


def can_begin(state: str) -> Verdict:
    return _only((S.ARRIVED,), state, "it is at the workshop already.")


def can_estimate(state: str) -> Verdict:
    return _only((S.AT_WORKSHOP,), state, "an estimate is given at the workshop.")


def can_answer_estimate(state: str) -> Verdict:
    return _only((S.ESTIMATED,), state, "no estimate waits for an answer.")


def can_finish(state: str) -> Verdict:
    return _only((S.AGREED,), state, "nobody has agreed to the repair yet.")


def can_give_up(state: str) -> Verdict:
    return _only(
        (S.ARRIVED, S.AT_WORKSHOP, S.ESTIMATED, S.AGREED), state, "the workshop is done with it."
    )


def can_send_back(state: str) -> Verdict:
    return _only((S.REPAIRED, S.DECLINED), state, "it is not ready to go back.")


def is_agreed_at_once(*, is_charged: bool, estimate: Decimal) -> bool:
    """Inside the warranty the customer is not asked; nor where it costs them nothing."""
    return not is_charged or not estimate


def can_change_outcome(
    *, decision: str, before: str, after: str, is_touched: bool, is_open: bool
) -> Verdict:
    """Whether a line may be settled in another way than was asked for. `is_touched`: part of it
    is settled, or in the workshop."""
    return Verdict.of(
        None if is_open else f"The line is {decision}.",
        "It is the same already." if before == after else None,
        "An exchange is turned into a refund, or cancelled, on its own side."
        if before == Outcome.EXCHANGE
        else None,
        "An exchange is opened on the exchange side." if after == Outcome.EXCHANGE else None,
        "Part of it is settled already." if is_touched else None,
    )


def can_exchange_instead(
    *, decision: str, outcome: str, is_open: bool, is_settled: bool, repairs: Sequence[str]
) -> Verdict:
    """Whether something else may go out for a line that was not to be exchanged.

    Before any of it is settled, or out of the workshop where it was not mended: `repairs` are the
    states of what of it came to be repaired, `is_settled` that part of it is credited or will not
    come.
    """
    if outcome == Outcome.EXCHANGE:
        return Verdict.refuse("It is exchanged already.")
    if not is_open:
        return Verdict.refuse(f"The line is {decision}.")
    if outcome == Outcome.REPAIR and repairs:
        running = [state for state in repairs if state not in REPAIR_OVER]
        return Verdict.of(
            None if len(repairs) == 1 and running else "Part of it is repaired already.",
            *(reason for state in running for reason in can_give_up(state).reasons),
        )
    return Verdict.of("Part of it is settled already." if is_settled else None)


def _only(states: Collection[RepairState], state: str, why: str) -> Verdict:
    if state in states:
        return Verdict.allow()
    return Verdict.refuse(f"The repair is “{S(state).label.lower()}”: {why}")

"""What may be done with a case as a whole, by where it stands. No database, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from core.verdicts import Verdict
from returns.states import LineDecision, ReturnState

S = ReturnState

TO_DECIDE = (S.REQUESTED, S.AWAITING_EVIDENCE, S.IN_REVIEW)
GOODS_MAY_COME = (S.AUTHORISED, S.IN_TRANSIT, S.PARTLY_RECEIVED, S.RECEIVED)
# What has been agreed may be sent, until it is over.
MAY_BE_SENT = (S.AUTHORISED, S.IN_TRANSIT, S.PARTLY_RECEIVED)
GOODS_ARE_HERE = (S.PARTLY_RECEIVED, S.RECEIVED)
MAY_BE_CANCELLED = (S.DRAFT, *TO_DECIDE, S.AUTHORISED, S.IN_TRANSIT)


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the case: always shown, and when it is off it says why."""

    code: str
    label: str
    is_allowed: bool
    reasons: tuple[str, ...] = ()


REMIND_BEFORE = dt.timedelta(days=3)


def lowest_free_units(*, quantity: int, taken: Collection[int], wanted: int) -> list[int]:
    """The `wanted` lowest of the units 1 to `quantity` that nobody has claimed (domain §3)."""
    free = [unit for unit in range(1, quantity + 1) if unit not in taken]
    return free[:wanted]


def compute_header(decisions: Collection[str]) -> ReturnState:
    """Where a submitted case goes.

    What is still to be shown is awaited first, so that whoever looks has it; then any doubt asks
    a person, else anything authorised goes on.
    """
    if LineDecision.PENDING in decisions:
        return S.AWAITING_EVIDENCE
    if LineDecision.REVIEW in decisions:
        return S.IN_REVIEW
    return S.AUTHORISED if LineDecision.AUTHORISED in decisions else S.REJECTED


def can_authorise(state: str) -> Verdict:
    return only_in(TO_DECIDE, state, "a decision was already made.")


def can_reject(state: str) -> Verdict:
    return only_in(TO_DECIDE, state, "a decision was already made.")


def can_mark_departed(state: str) -> Verdict:
    return only_in((S.AUTHORISED,), state, "only authorised goods that have not left can leave.")


def can_receive(state: str) -> Verdict:
    return only_in(GOODS_MAY_COME, state, "no goods are awaited.")


def can_inspect(state: str, *, uninspected: int) -> Verdict:
    """`uninspected` counts units received and not graded yet."""
    in_state = only_in(GOODS_ARE_HERE, state, "no goods wait for inspection.")
    if not in_state:
        return in_state
    return Verdict.of("Everything received is inspected already." if not uninspected else None)


def can_cancel(state: str) -> Verdict:
    if state in (S.PARTLY_RECEIVED, S.RECEIVED, S.INSPECTED, S.SETTLING):
        return Verdict.refuse("The goods are here: inspect and settle them instead.")
    return only_in(MAY_BE_CANCELLED, state, "there is nothing left to cancel.")


def can_expire(state: str, *, send_back_by: dt.date | None, today: dt.date) -> Verdict:
    """`today` is the channel's. The last day counts in full."""
    in_state = only_in((S.AUTHORISED,), state, "only goods that never set off can be overdue.")
    is_overdue = send_back_by is not None and today > send_back_by
    return in_state & Verdict.of(None if is_overdue else "There is still time to send the goods.")


def can_remind(state: str, *, send_back_by: dt.date | None, today: dt.date) -> Verdict:
    """Whether a word is due to who has sent nothing: in the last days, the last one included."""
    in_state = only_in((S.AUTHORISED,), state, "the goods have set off, or are not awaited.")
    left = send_back_by - today if send_back_by else None
    is_near = left is not None and dt.timedelta(0) <= left <= REMIND_BEFORE
    return in_state & Verdict.of(None if is_near else "Their last day is not near.")


def can_close(state: str) -> Verdict:
    return only_in((S.SETTLING,), state, "only a settled case is closed.")


def can_turn_into_refund(state: str) -> Verdict:
    return only_in(
        (*TO_DECIDE, *GOODS_MAY_COME, S.INSPECTED, S.SETTLING), state, "the case is over."
    )


def only_in(states: Collection[ReturnState], state: str, why: str) -> Verdict:
    if state in states:
        return Verdict.allow()
    return Verdict.refuse(f"The return is {S(state).label.lower()}: {why}")

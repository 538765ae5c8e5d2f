"""What may be done with claims, work in the workshop, and parcels that nobody knows."""

from __future__ import annotations

from core.verdicts import Verdict
from returns.states import ClaimState, RefurbishState, UnknownState


def can_send_claim(state: str, *, lines: int) -> Verdict:
    return Verdict.of(
        state != ClaimState.OPEN and f"It is {ClaimState(state).label.lower()} already.",
        not lines and "There is nothing in it to claim.",
    )


def can_answer_claim(state: str) -> Verdict:
    if state == ClaimState.OPEN:
        return Verdict.refuse("It has not been sent yet.")
    return Verdict.of(
        state != ClaimState.SENT and f"It is {ClaimState(state).label.lower()} already."
    )


def can_start_refurbishing(state: str) -> Verdict:
    label = RefurbishState(state).label.lower()
    return Verdict.of(state != RefurbishState.WAITING and f"The work is {label}.")


def can_finish_refurbishing(state: str, *, actor: str, inspected_by: str) -> Verdict:
    """The one who set goods apart is not the one who lets them back on sale."""
    label = RefurbishState(state).label.lower()
    return Verdict.of(
        state != RefurbishState.UNDER_WAY and f"The work is {label}: start it first.",
        actor == inspected_by and "You inspected them: somebody else must pass them.",
    )


def can_end_unknown(state: str) -> Verdict:
    label = UnknownState(state).label.lower()
    return Verdict.of(state != UnknownState.OPEN and f"The parcel was dealt with: {label}.")

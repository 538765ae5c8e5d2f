"""What may be done with a hold at a moment, and if not, why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.verdicts import Verdict
from inventory.states import LIVE, ReservationState

S = ReservationState


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """As much of a hold as decides what may be done with it."""

    state: str
    expires_at: dt.datetime | None
    grace_until: dt.datetime | None = None


def is_due(hold: HoldFacts, now: dt.datetime) -> bool:
    """Its time is over, swept or not, and no payment in flight keeps it."""
    if hold.state != S.ACTIVE or hold.expires_at is None or hold.expires_at > now:
        return False
    return hold.grace_until is None or hold.grace_until <= now


def can_prolong(hold: HoldFacts, now: dt.datetime) -> Verdict:
    return Verdict.of(
        hold.state == S.COMMITTED and "It is with the warehouse and does not expire.",
        _over(hold),
        is_due(hold, now) and "Its time is over: hold the stock again.",
    )


def can_commit(hold: HoldFacts, now: dt.datetime) -> Verdict:
    return Verdict.of(
        hold.state == S.COMMITTED and "It is with the warehouse already.",
        _over(hold),
        is_due(hold, now) and "Its time is over: hold the stock again.",
    )


def can_release(hold: HoldFacts) -> Verdict:
    return Verdict.of(_over(hold))


def can_consume(hold: HoldFacts) -> Verdict:
    return Verdict.of(
        hold.state == S.ACTIVE and "It has not been given to the warehouse.", _over(hold)
    )


def _over(hold: HoldFacts) -> str:
    return "" if hold.state in LIVE else f"It ended: {S(hold.state).label.lower()}."

"""What a warehouse is told of which event, how long to wait for one, and what a crew is to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.backoff import Backoff
from core.verdicts import Verdict
from fulfilment.states import MessageKind, TaskKind, VisitState

HOLD_MESSAGES = {
    "reservation.made": MessageKind.HOLD,
    "reservation.extended": MessageKind.EXTEND,
    "reservation.committed": MessageKind.EXTEND,
    # Told of both parts: the old one has fewer units now, the new one is news.
    "reservation.split": MessageKind.EXTEND,
    "reservation.released": MessageKind.RELEASE,
    "reservation.expired": MessageKind.RELEASE,
    "reservation.consumed": MessageKind.RELEASE,
}
# Why a hold ended, where its event does not say.
CAUSES = {"reservation.expired": "expired", "reservation.consumed": "shipped"}

# So long before it begins whoever is to be at home is reminded.
REMIND_BEFORE = dt.timedelta(days=1)
PAUSE = Backoff(first=5, longest=900)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """One thing that a crew is to do; `reference` names what it is about: ``returnline:7``."""

    kind: TaskKind
    reference: str
    title: str
    quantity: int


def choose_hold_message(event_kind: str, *, is_known: bool) -> MessageKind | None:
    """What to tell of a hold. One that the warehouse never heard of is told as a new one,
    whatever happened to it; its end is no news then.
    """
    kind = HOLD_MESSAGES[event_kind]
    if kind == MessageKind.HOLD:
        return None if is_known else kind
    if kind == MessageKind.RELEASE:
        return kind if is_known else None
    return kind if is_known else MessageKind.HOLD


def can_dispatch(state: str) -> Verdict:
    """Whether a crew may say that it leaves for a visit."""
    return Verdict.of(state != VisitState.SCHEDULED and "The crew has left already, or will not.")


def can_begin(state: str, *, is_there: bool) -> Verdict:
    if state != VisitState.DISPATCHED:
        return Verdict.refuse("The crew is not on its way there.")
    return Verdict.of(is_there and "The crew is there already.")


def can_report(state: str) -> Verdict:
    return Verdict.of(
        state != VisitState.DISPATCHED and "The visit is over, or the crew has not left for it yet."
    )


def begin_of(day: dt.date, slot: str, time_zone: str) -> dt.datetime:
    """When a crew may be there at the earliest: slots are in the customer's hours (``08-12``)."""
    return dt.datetime.combine(day, dt.time(int(slot[:2])), tzinfo=ZoneInfo(time_zone))


def can_remind(
    state: str, *, begins_at: dt.datetime, told_at: dt.datetime, now: dt.datetime
) -> Verdict:
    """Whether a word is due to who is to be at home: in the last day before, until it begins.

    `told_at` is when they last heard of this day and slot; who heard within that day knows.
    """
    since = begins_at - REMIND_BEFORE
    return Verdict.of(
        state != VisitState.SCHEDULED and "The crew has left already, or will not.",
        not since <= now < begins_at and "The visit is not of the next day.",
        told_at >= since and "They have heard of it within the day.",
    )


def delay_after(failures: int) -> dt.timedelta:
    """Time until the next try: doubling from five seconds to a quarter of an hour, with jitter."""
    return PAUSE.after(failures)

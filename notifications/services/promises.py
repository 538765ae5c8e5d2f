"""Days that people were told: kept with the message that said them, and followed until they end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from notifications import locks
from notifications.models import Message, Promise
from notifications.queries.promises import judge
from notifications.states import PromiseState

LIVE = (PromiseState.OPEN, PromiseState.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A day that a message names. `what` says of what (arrival, send_back_by, pay_by, …).

    `is_ours`: it is for us to keep, and we write first when we do not.
    """

    about: str
    what: str
    on: dt.date
    is_ours: bool = False


@requires_transaction
def keep_said(message: Message, said: Sequence[Said], *, now: dt.datetime) -> None:
    """Write down what a message says; what the person was told of the same before is over."""
    for each in said:
        earlier = locks.lock_promises(about=each.about, what=each.what, person=message.person)
        if any(promise.message.event_id == message.event_id for promise in earlier):
            continue  # the same, said by another way
        for promise in earlier:
            promise.move()
            promise.ended_at = now
            promise.save()
        Promise.objects.create(
            partner_id=message.partner_id,
            case=message.case,
            about=each.about,
            what=each.what,
            person=message.person,
            message=message,
            promised_on=each.on,
            time_zone=message.time_zone or message.partner.time_zone,
            is_ours=each.is_ours,
            said_at=now,
        )


@requires_transaction
def withdraw_said(message: Message, *, now: dt.datetime) -> list[Said]:
    """What a message would have said was not said; what that was, for another one to say."""
    unsaid = locks.lock_promises_of_message(message.pk)
    for promise in unsaid:
        promise.withdraw()
        promise.ended_at = now
        promise.save()
    return [
        Said(about=each.about, what=each.what, on=each.promised_on, is_ours=each.is_ours)
        for each in unsaid
    ]


@requires_transaction
def keep_promise(
    *, about: str, what: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> int:
    """It came to be; returns how many promises that ends. A broken one is kept late."""
    return _end(about, what, "kept", actor=actor, now=now, op_id=op_id)


@requires_transaction
def withdraw_promises(
    *, about: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> int:
    """It is not to come any more: nobody waits for it."""
    return _end(about, "", "withdrawn", actor=actor, now=now, op_id=op_id)


@requires_transaction
def doubt_promise(
    *,
    about: str,
    what: str,
    risk: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    expected_on: dt.date | None = None,
) -> int:
    """Somebody knows why it may not be kept, and perhaps what day holds instead."""
    found = locks.lock_promises(about=about, what=what)
    for promise in found:
        promise.risk, promise.expected_on = risk[:120], expected_on or promise.expected_on
        promise.save()
    return len(found)


@operation("promise.end_day")
def end_day(*, promise_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Promise | None:
    """The day is over: ours is broken and the person hears it from us; theirs has passed.

    None when it ended meanwhile or its day is not over after all.
    """
    promise = locks.lock_promise(promise_id)
    if promise.state != PromiseState.OPEN or judge(promise, now=now).code != "over":
        return None
    if promise.is_ours:
        promise.become_broken()
    else:
        promise.pass_by()
        promise.ended_at = now
    promise.save()
    if promise.is_ours:
        _tell(promise, "broken", actor=actor, now=now, op_id=op_id)
    return promise


def _end(
    about: str, what: str, how: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> int:
    found = locks.lock_promises(about=about, what=what)
    for promise in found:
        promise.keep() if how == "kept" else promise.withdraw()
        promise.ended_at = now
        promise.save()
        _tell(promise, how, actor=actor, now=now, op_id=op_id)
    return len(found)


def _tell(
    promise: Promise, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    record(
        kind=f"promise.{happened}",
        partner_id=promise.partner_id,
        subject=reference(promise),
        case=promise.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "about": promise.about,
            "what": promise.what,
            "promised_on": promise.promised_on.isoformat(),
            "is_ours": promise.is_ours,
        },
    )

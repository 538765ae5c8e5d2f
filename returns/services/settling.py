"""Accepted goods are owed for from here on, part by part; what did not pass goes back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import ParcelState
from orders import services as orders
from payments import queries as payments
from payments.models import CreditMemo
from returns.models import Return, ReturnLine
from returns.queries import list_blocked_lines, list_ungraded, plan_steps, read_lines
from returns.rules import GOODS_MAY_COME, LineStep, can_close, decide_ended_line
from returns.services.admitting import admit_to_workshop
from returns.services.case import lock_case, tell
from returns.services.crediting import draft_rest, issue_step
from returns.services.paying_out import pay_out_by_itself
from returns.states import REPAIR_OVER, LineDecision, Outcome, ReturnState

Steps = Mapping[int, LineStep]


@requires_transaction
def settle_locked(
    *, case: Return, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Take a locked case one step: a memo for what has passed since the last, units moved.

    Called when nothing received waits for a grade. While anything is still awaited the case stays
    as it is; with the last of it the case settles, and is over at once where nothing is owed,
    exchanged or repaired.
    """
    lines = _list_open(case)
    steps = plan_steps(case, lines)
    moved = any(step.moves for step in steps.values())
    if not moved and not all(step.is_over for step in steps.values()):
        return case
    accepted = {
        line.pk: steps[line.pk].accepted for line in lines if line.outcome != Outcome.REPAIR
    }
    memo = issue_step(case, accepted=accepted, actor=actor, now=now, op_id=op_id)
    _settle_units(lines, steps, memo=memo, actor=actor, now=now, op_id=op_id)
    _admit_repairs(lines, steps, actor=actor, now=now, op_id=op_id)
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    finish_locked(case, actor=actor, now=now, op_id=op_id)
    if moved:
        _tell_result(case, lines, steps=steps, memo=memo, actor=actor, now=now, op_id=op_id)
    if memo:
        pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return case


@requires_transaction
def finish_locked(
    case: Return,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    otherwise: LineDecision = LineDecision.CANCELLED,
) -> None:
    """End the lines of which nothing is awaited any more; with the last the case settles.

    `otherwise` is what stands on a line of which nothing came at all. Saves the case.
    """
    blocked = list_blocked_lines(case)
    awaits = any(line.awaited or line.pk in blocked for line in _list_open(case))
    if list_ungraded(case):
        if not awaits and case.state != ReturnState.RECEIVED:
            case.receive()
        case.save()
        return
    for line in _list_open(case):
        if not line.awaited and line.pk not in blocked and not is_at_workshop(line):
            _end_line(line, otherwise)
    if not awaits and case.state in GOODS_MAY_COME:
        _close_parcel(case, actor=actor, now=now, op_id=op_id)
        _move_header(case)
    case.save()


@requires_transaction
def close_case(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Close a settled case: everything owed has gone out. Raises ActionBlocked."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    can_close(case.state).require("The case cannot be closed.")
    return _close(case, actor=actor, now=now, op_id=op_id)


@requires_transaction
def close_when_done(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Close a locked case that owes nothing; one with an exchange is its exchange's to close."""
    lines = read_lines(case)
    swaps = any(
        line.outcome == Outcome.EXCHANGE
        for line in lines
        if line.decision in (LineDecision.ACCEPTED, LineDecision.REFUSED)
    )
    if any(is_at_workshop(line) for line in lines):
        return
    if case.state == ReturnState.SETTLING and not swaps and payments.is_all_spent(reference(case)):
        _close(case, actor=actor, now=now, op_id=op_id)


@requires_transaction
def follow_settled_memo(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A memo of the case is spent: with the last of them it closes.

    The state is looked at before the lock, which would make every open screen stale.
    """
    if Return.objects.filter(pk=return_id, state=ReturnState.SETTLING).exists():
        case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
        close_when_done(case, actor=actor, now=now, op_id=op_id)


def _close(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> Return:
    case.closed_at = now
    case.close()
    case.save()
    tell(case, "closed", actor=actor, now=now, op_id=op_id)
    return case


def is_at_workshop(line: ReturnLine) -> bool:
    """Some of it is being repaired, so the customer waits for it."""
    if line.outcome != Outcome.REPAIR:
        return False
    return bool(line.repairs.exclude(state__in=REPAIR_OVER).exists())


def _list_open(case: Return) -> list[ReturnLine]:
    return [line for line in read_lines(case) if line.decision == LineDecision.AUTHORISED]


def _end_line(line: ReturnLine, otherwise: LineDecision) -> None:
    credited = line.claims.filter(memo__isnull=False).count()
    done = credited or line.accepted
    decision = decide_ended_line(credited=done, refused=line.refused)
    line.decision = otherwise if decision == LineDecision.CANCELLED else decision
    line.save()


def _move_header(case: Return) -> None:
    if case.state != ReturnState.RECEIVED:
        case.receive()
    case.inspect()
    case.settle()


def _close_parcel(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    parcel = parcels.get_parcel(reference(case))
    if parcel and parcel.state == ParcelState.COUNTED:
        fulfilment.close_parcel(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)


def _settle_units(
    lines: list[ReturnLine],
    steps: Steps,
    *,
    memo: CreditMemo | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Accepted units never come back again; refused ones may be asked back once more."""
    back: Counter[int] = Counter()
    free: Counter[int] = Counter()
    for line in lines:
        step = steps[line.pk]
        if line.outcome != Outcome.REPAIR:  # what is repaired goes back to the customer
            back[line.order_line_id] += len(step.accepted)
        free[line.order_line_id] += len(step.refused)
        credited_by = memo if line.outcome != Outcome.REPAIR else None
        _mark_claims(line, step, memo=credited_by, now=now)
        line.accepted += len(step.accepted)
        line.refused += len(step.refused)
        line.save()
    orders.accept_returned_units(quantities=+back, actor=actor, now=now, op_id=op_id)
    orders.free_return_units(quantities=+free, actor=actor, now=now, op_id=op_id)


def _mark_claims(
    line: ReturnLine, step: LineStep, *, memo: CreditMemo | None, now: dt.datetime
) -> None:
    held = line.claims.filter(freed_at__isnull=True)
    for grade in sorted(set(step.accepted.values())):
        units = [unit for unit, given in step.accepted.items() if given == grade]
        held.filter(unit_number__in=units).update(memo=memo, grade=grade)
    held.filter(unit_number__in=step.refused).update(freed_at=now)


def _admit_repairs(
    lines: list[ReturnLine], steps: Steps, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    for line in lines:
        units = list(steps[line.pk].accepted)
        if line.outcome == Outcome.REPAIR and units:
            admit_to_workshop(line, units=units, actor=actor, now=now, op_id=op_id)


def _tell_result(
    case: Return,
    lines: list[ReturnLine],
    *,
    steps: Steps,
    memo: CreditMemo | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """``return.goods_accepted`` when anything passed in this step, else ``return.goods_refused``.

    `is_last`: nothing of the case is awaited any more.
    """
    tell(
        case,
        "goods_accepted" if any(step.accepted for step in steps.values()) else "goods_refused",
        actor=actor,
        now=now,
        op_id=op_id,
        memo=memo.pk if memo else None,
        credit=str(memo.gross) if memo else "0",
        is_last=case.state == ReturnState.SETTLING,
        lines=[
            {
                "line": line.pk,
                "order_line": line.order_line_id,
                "accepted": len(steps[line.pk].accepted),
                "refused": len(steps[line.pk].refused),
                "units": list(steps[line.pk].accepted),
            }
            for line in lines
            if steps[line.pk].moves
        ],
    )

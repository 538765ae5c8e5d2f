"""Crews at customers': appointments made, moved, kept or not. What it means for the goods and the
money is for whoever they go for; here nothing moves but the appointments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record
from core.events import reference as reference_to
from core.transactions import requires_transaction
from fulfilment import locks
from fulfilment.models import Crew, Visit, WorkOrder, WorkTask
from fulfilment.rules import PlannedTask, can_begin, can_dispatch, can_report
from fulfilment.states import (
    CREW_IS_OUT,
    NotDone,
    TaskState,
    VisitSlot,
    VisitState,
)


@requires_transaction
def schedule_visit(
    *,
    partner_id: int,
    reference: str,
    case: str,
    crew_id: int,
    day: dt.date,
    slot: str,
    tasks: Sequence[PlannedTask],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> tuple[Visit, bool]:
    """Make the appointment, or move the one that was made; says whether it was moved.

    Raises BadInput for a slot that is taken or no slot, ActionBlocked when the crew has left.
    """
    crew = Crew.objects.for_partner(partner_id).filter(pk=crew_id, is_active=True).first()
    if crew is None or slot not in VisitSlot.values:
        raise BadInput("Choose a crew and a time.", field="slot")
    if not tasks:
        raise ActionBlocked("Nothing is left to do there.")
    order = locks.lock_work_order(reference) or WorkOrder.objects.create(
        partner_id=partner_id, case=case, reference=reference, opened_at=now
    )
    visit = order.visits.filter(state__in=[VisitState.SCHEDULED, VisitState.DISPATCHED]).first()
    if visit is not None and visit.state == VisitState.DISPATCHED:
        raise ActionBlocked("The crew is on its way already.")
    is_moved = visit is not None
    if visit is None:
        visit = Visit(partner_id=partner_id, work_order=order, number=order.visits.count() + 1)
    visit.crew, visit.day, visit.slot = crew, day, slot
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        raise BadInput(f"{crew} is somewhere else then.", field="slot") from error
    order.schedule()
    order.save()
    _write_tasks(visit, tasks)
    _record(visit, "moved" if is_moved else "scheduled", actor=actor, now=now, op_id=op_id)
    return visit, is_moved


@requires_transaction
def dispatch_visit(
    *,
    visit_id: int,
    tasks: Sequence[PlannedTask],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Visit:
    """The crew has loaded and left, for these tasks. Raises ActionBlocked unless it was to."""
    visit = _lock(visit_id)
    can_dispatch(visit.state).require("The crew cannot leave.")
    _write_tasks(visit, tasks)
    visit.dispatch()
    visit.dispatched_at = now
    visit.save()
    visit.work_order.dispatch()
    visit.work_order.save()
    _record(visit, "dispatched", actor=actor, now=now, op_id=op_id)
    return visit


@requires_transaction
def begin_visit(
    *, visit_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Visit:
    """The crew is at the customer's."""
    visit = _lock(visit_id)
    can_begin(visit.state, is_there=visit.begun_at is not None).require("The crew is not there.")
    visit.begun_at = now
    visit.save()
    visit.work_order.begin()
    visit.work_order.save()
    _record(visit, "begun", actor=actor, now=now, op_id=op_id)
    return visit


@requires_transaction
def report_visit(
    *,
    visit_id: int,
    not_done: Mapping[int, NotDone],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Visit:
    """What was done there; `not_done` says by task id what was not, and why.

    With everything done the work order is too. Raises ActionBlocked for a visit that has not
    begun its way, or was reported before: a report counts once.
    """
    visit = _lock(visit_id)
    can_report(visit.state).require("The visit cannot be reported.")
    for task in visit.tasks.order_by("position"):
        if task.pk in not_done:
            task.because = not_done[task.pk]
            task.leave()
        else:
            task.do()
        task.save()
    visit.reported_at, visit.reported_by = now, actor.ref
    order = visit.work_order
    if not_done:
        visit.fail()
        order.fail_visit()
    else:
        visit.finish()
        order.finish()
        order.ended_at = now
    visit.save()
    order.save()
    _record(visit, str(visit.state), actor=actor, now=now, op_id=op_id)
    return visit


@requires_transaction
def cancel_work_order(
    *, reference: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> WorkOrder | None:
    """Nobody goes there any more; None when nobody was to, or has left."""
    order = locks.lock_work_order(reference)
    if order is None or order.state in CREW_IS_OUT:
        return None
    for visit in order.visits.filter(state=VisitState.SCHEDULED):
        visit.cancel()
        visit.save()
        _record(visit, "cancelled", actor=actor, now=now, op_id=op_id)
    order.cancel()
    order.ended_at = now
    order.save()
    return order


def _lock(visit_id: int) -> Visit:
    """A visit of the work order that is open; one of an earlier is over. Raises ActionBlocked."""
    visit = Visit.objects.select_related("work_order", "crew").get(pk=visit_id)
    order = locks.lock_work_order(visit.work_order.reference)
    visit.refresh_from_db(fields=["state", "begun_at"])
    if order is None or order.pk != visit.work_order_id:
        raise ActionBlocked("The visit is over.")
    visit.work_order = order
    return visit


def _record(
    visit: Visit, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    order = visit.work_order
    record(
        kind=f"visit.{happened}",
        partner_id=visit.partner_id,
        subject=reference_to(visit),
        case=order.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "visit": visit.public_id,
            "work_order": order.number,
            "reference": order.reference,
            "state": str(order.state),
            "day": visit.day.isoformat(),
            "slot": str(visit.slot),
            "crew": visit.crew.public_id,
            "tasks": [
                {"kind": task.kind, "state": str(task.state), "because": task.because}
                for task in visit.tasks.order_by("position")
            ],
        },
    )


def _write_tasks(visit: Visit, tasks: Sequence[PlannedTask]) -> None:
    visit.tasks.filter(state=TaskState.TO_DO).delete()
    for position, task in enumerate(tasks, start=1):
        WorkTask.objects.create(
            partner_id=visit.partner_id,
            visit=visit,
            position=position,
            kind=task.kind,
            reference=task.reference,
            title=task.title,
            quantity=task.quantity,
        )

"""A crew that fetches the old, brings the new and installs it: appointments and what came of them.

What happened at the door is a fact: a report takes no version, and counts once (S33).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules.visits import DueTask
from exchanges.services.coming_back import take_back
from exchanges.services.owing import owe_goods
from exchanges.services.releasing import advance, arrive
from exchanges.services.sending import send_parcel
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.models import Visit, WorkTask
from fulfilment.states import WITH_WAREHOUSE, NotDone, ShipmentState, TaskKind, TaskState
from returns import services as returns
from returns.rules import CountedLine

FARTHEST = dt.timedelta(days=60)
OWN_CREW = "Own crew"


@operation("exchange.arrange_visit")
def arrange_visit(
    *,
    exchange_id: int,
    version: int | None,
    crew_id: int,
    day: dt.date,
    slot: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Make or move the appointment, for everything that is left to do at the customer's.

    What waited for nothing else goes to the warehouse then, to be loaded. Raises BadInput for a
    day or slot that cannot be had.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_arrange_visit(facts).require("No appointment can be made.")
    _check_day(exchange, day, crew_id, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    before = parcels.find_next_visit(reference(exchange))
    was = {"was_day": before.day.isoformat(), "was_slot": str(before.slot)} if before else {}
    visit, is_moved = fulfilment.schedule_visit(
        partner_id=exchange.partner_id,
        reference=reference(exchange),
        case=exchange.case,
        crew_id=crew_id,
        day=day,
        slot=slot,
        tasks=queries.plan_visit(exchange, facts),
        **who,
    )
    _tell_of(exchange, visit, "visit_moved" if is_moved else "visit_arranged", **who, **was)
    if exchange.state in rules.ACCEPTED or facts.waits_with_rest:
        advance(exchange, **who)
    return exchange


@operation("exchange.dispatch_visit")
def dispatch_visit(
    *,
    exchange_id: int,
    visit_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """The crew leaves, with the new goods where they may leave: these are on their way from here.

    Its tasks are those of this moment. Raises `ActionBlocked` where goods should go along and
    may not.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    visit = _get_visit(exchange, visit_id)
    facts = queries.read_facts(exchange)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    tasks = queries.plan_visit(exchange, facts)
    visit = fulfilment.dispatch_visit(visit_id=visit.pk, tasks=tasks, **who)
    if any(task.kind == TaskKind.DELIVER for task in tasks):
        rules.can_load(facts).require("The crew cannot take it along.")
        if exchange.state == ExchangeState.PARTLY_SHIPPED:
            owe_goods(exchange, **who)  # waived when its rest came back
        for parcel in parcels.list_shipments(reference(exchange)):
            if parcel.state in WITH_WAREHOUSE:
                send_parcel(
                    exchange,
                    parcel,
                    carrier=OWN_CREW,
                    tracking_number=visit.work_order.number,
                    visit=visit.pk,
                    **who,
                )
    _tell_of(exchange, visit, "visit_dispatched", **who)
    return exchange


@operation("exchange.begin_visit")
def begin_visit(
    *, exchange_id: int, visit_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """The crew stands at the customer's door."""
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    visit = fulfilment.begin_visit(visit_id=_get_visit(exchange, visit_id).pk, **who)
    _tell_of(exchange, visit, "visit_begun", **who)
    return exchange


@operation("exchange.report_visit")
def report_visit(
    *,
    exchange_id: int,
    visit_id: int,
    not_done: Mapping[int, str],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    remark: str = "",
) -> Exchange:
    """What was done, task by task; `not_done` says by task id what was not, and why.

    What was picked up is received. Of what was brought each line stays or does not: what does not
    comes back, is held anew and leaves again on the next visit; nothing is charged or credited for
    the drive. Raises BadInput for
    what cannot be true, ActionBlocked for a visit that is not under way, or was reported before.
    """
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    visit = _get_visit(exchange, visit_id)
    reasons = _check_report(visit, not_done)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    visit = fulfilment.report_visit(visit_id=visit.pk, not_done=reasons, **who)
    note = None
    if remark.strip():
        note = returns.keep_reason(
            case=exchange.return_case,
            about="exchange.report_visit",
            reason=remark,
            actor=actor,
            now=now,
        )
    tasks = list(visit.tasks.order_by("position"))
    _receive_picked_up(exchange, visit, tasks, **who)
    _settle_delivery(exchange, tasks, **who)
    _tell_of(
        exchange,
        visit,
        "visit_failed" if reasons else "visit_done",
        **who,
        tasks=[{"kind": task.kind, "because": task.because} for task in tasks],
        **({"note": note.pk} if note else {}),
    )
    return exchange


@requires_transaction
def _receive_picked_up(
    exchange: Exchange,
    visit: Visit,
    tasks: Sequence[WorkTask],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """A receipt for what the crew has on its van; it is inspected where the van comes home."""
    picked_up = [
        CountedLine(return_line_id=_pk_of(task), quantity=task.quantity)
        for task in tasks
        if task.kind == TaskKind.PICK_UP and task.state == TaskState.DONE
    ]
    if picked_up:
        returns.receive_locked(
            case=exchange.return_case,
            location_id=visit.crew.location_id,
            lines=picked_up,
            tracking_number=visit.work_order.number,
            actor=actor,
            now=now,
            op_id=op_id,
        )


@requires_transaction
def _settle_delivery(
    exchange: Exchange,
    tasks: Sequence[WorkTask],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    brought = [task for task in tasks if task.kind == TaskKind.DELIVER]
    if not brought:
        return
    lines = {
        reference(line): line.order_line_id
        for line in queries.list_lines(exchange)
        if line.order_line_id is not None
    }
    damaged = {
        lines[task.reference]: task.because == NotDone.DAMAGED
        for task in brought
        if task.state == TaskState.NOT_DONE
    }
    if damaged:
        take_back(exchange, damaged=damaged, **who)
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state == ShipmentState.SHIPPED:
            fulfilment.deliver_shipment(shipment_id=shipment.pk, **who)
    arrive(exchange, **who)


def _check_report(visit: Visit, not_done: Mapping[int, str]) -> dict[int, NotDone]:
    tasks = [
        DueTask(pk=task.pk, kind=task.kind, reference=task.reference) for task in visit.tasks.all()
    ]
    if rules.find_unknown(tasks, not_done):
        raise BadInput("That is no task of this visit.", field="tasks")
    if any(because not in NotDone.values for because in not_done.values()):
        raise BadInput("Say why it was not done.", field="tasks")
    rules.check_report(tasks, not_done.keys())
    return {pk: NotDone(because) for pk, because in not_done.items()}


def _check_day(exchange: Exchange, day: dt.date, crew_id: int, *, now: dt.datetime) -> None:
    """From today on, on a day that the crew's location works."""
    today = now.astimezone(ZoneInfo(exchange.return_case.channel.time_zone)).date()
    if not today <= day <= today + FARTHEST:
        raise BadInput("Choose a day from today on, within 60 days.", field="day")
    crews = {crew.pk: crew for crew in parcels.list_crews(exchange.partner_id)}
    if crew_id in crews and day.isoweekday() not in crews[crew_id].location.working_days:
        raise BadInput(f"{crews[crew_id]} does not work that day.", field="day")


def _get_visit(exchange: Exchange, visit_id: int) -> Visit:
    """One of this exchange's. Raises BadInput for anybody else's."""
    visit = (
        Visit.objects.filter(pk=visit_id, work_order__reference=reference(exchange))
        .select_related("work_order", "crew")
        .first()
    )
    if visit is None:
        raise BadInput("That is no visit of this exchange.", field="visit_id")
    return visit


def _pk_of(task: WorkTask) -> int:
    return int(task.reference.partition(":")[2])


@requires_transaction
def _tell_of(
    exchange: Exchange,
    visit: Visit,
    what: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    **facts: object,
) -> None:
    tell(
        exchange,
        what,
        actor=actor,
        now=now,
        op_id=op_id,
        visit=visit.pk,
        work_order=visit.work_order.number,
        day=visit.day.isoformat(),
        slot=str(visit.slot),
        **facts,
    )

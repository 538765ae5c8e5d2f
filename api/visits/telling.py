from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.decisions.telling import CaseNamed, name_case
from api.shapes import AllowedAction, Day, Moment, action, moment
from exchanges.models import Exchange
from fulfilment.models import Crew, Visit
from fulfilment.rules import can_begin, can_dispatch, can_report
from fulfilment.states import NotDone, TaskKind, TaskState, VisitSlot, VisitState


class TaskTold(TypedDict):
    """One thing to do there, counted from 1; `because` says why it was not done."""

    task: int
    kind: Annotated[str, TaskKind]
    title: str
    quantity: int
    state: Annotated[str, TaskState]
    because: Annotated[str, NotDone] | None


class CrewTold(TypedDict):
    """Who comes, and from where."""

    id: str
    name: str
    location: str


class VisitTold(TypedDict):
    """One appointment of a work order; `version` is the case's.

    `allowed_actions` are `POST /visits/{id}/{action}`. It is moved by booking anew, at its
    exchange.
    """

    object: Literal["visit"]
    id: str
    number: int
    work_order: str
    exchange: str
    case: CaseNamed
    crew: CrewTold
    day: Day
    slot: Annotated[str, VisitSlot]
    state: Annotated[str, VisitState]
    tasks: list[TaskTold]
    dispatched_at: Moment | None
    begun_at: Moment | None
    reported_at: Moment | None
    version: int
    allowed_actions: list[AllowedAction]
    livemode: bool


class SlotTold(TypedDict):
    """When a crew has nobody to see yet, in the customer's hours."""

    crew: CrewTold
    day: Day
    slot: Annotated[str, VisitSlot]


class SlotsTold(TypedDict):
    data: list[SlotTold]


def with_all(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    return rows.select_related("work_order", "crew__location").prefetch_related("tasks")


def tell_visits(rows: Sequence[Visit], *, livemode: bool) -> list[VisitTold]:
    """With one query for all their exchanges."""
    keys = [int(row.work_order.reference.removeprefix("exchange:")) for row in rows]
    exchanges = Exchange.objects.select_related("return_case").in_bulk(keys)
    return [
        _tell(row, exchanges[key], livemode=livemode) for row, key in zip(rows, keys, strict=True)
    ]


def tell_crew(crew: Crew) -> CrewTold:
    return {"id": crew.public_id, "name": crew.name, "location": crew.location.code}


def list_actions(row: Visit) -> list[AllowedAction]:
    """What the crew may say now, and if not, why."""
    return [
        action("depart", can_dispatch(row.state)),
        action("arrive", can_begin(row.state, is_there=row.begun_at is not None)),
        action("report", can_report(row.state)),
    ]


def _tell(row: Visit, exchange: Exchange, *, livemode: bool) -> VisitTold:
    return {
        "object": "visit",
        "id": row.public_id,
        "number": row.number,
        "work_order": row.work_order.number,
        "exchange": exchange.public_id,
        "case": name_case(exchange.return_case),
        "crew": tell_crew(row.crew),
        "day": Day(row.day.isoformat()),
        "slot": row.slot,
        "state": row.state,
        "tasks": [
            {
                "task": task.position,
                "kind": task.kind,
                "title": task.title,
                "quantity": task.quantity,
                "state": task.state,
                "because": task.because or None,
            }
            for task in sorted(row.tasks.all(), key=lambda task: task.position)
        ],
        "dispatched_at": moment(row.dispatched_at),
        "begun_at": moment(row.begun_at),
        "reported_at": moment(row.reported_at),
        "version": exchange.return_case.version,
        "allowed_actions": list_actions(row),
        "livemode": livemode,
    }

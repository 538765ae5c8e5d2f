"""Visits in words, for one reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from console.components import Action, Badge, EmptyState, Fact, Tone
from console.links import case_url
from console.reader import Reader
from console.refusals import stamp
from console.rights import Rights
from console.visits.forms import DayForm, ReportForm
from console.visits.page import DayBoard, TaskRow, VisitPage, VisitRow
from core.roles import Permission
from exchanges.models import Exchange
from fulfilment.models import Visit
from fulfilment.states import NotDone, TaskState, VisitSlot, VisitState
from orders.models import OrderAddress

V = VisitState
TONES: dict[str, Tone] = {
    V.SCHEDULED: "info",
    V.DISPATCHED: "warn",
    V.DONE: "good",
    V.FAILED: "bad",
    V.CANCELLED: "plain",
}
SAYS = {
    V.SCHEDULED: "Load what is delivered, and say so when you leave. It counts as on its way then.",
    V.DISPATCHED: "Say of each task what came of it. A report counts once.",
    V.DONE: "Everything was done.",
    V.FAILED: "Not everything was done. The next appointment is made on the case.",
    V.CANCELLED: "Nobody goes there any more.",
}


def draw_board(
    day: dt.date, visits: Sequence[Visit], exchanges: dict[str, Exchange], reader: Reader
) -> DayBoard:
    address = reverse("console:visits")
    return DayBoard(
        day=reader.weekday(day),
        before_url=f"{address}?day={day - dt.timedelta(days=1)}",
        after_url=f"{address}?day={day + dt.timedelta(days=1)}",
        form=DayForm(initial={"day": day}),
        rows=[_row(visit, exchanges[visit.work_order.reference], reader) for visit in visits],
        empty=None
        if visits
        else EmptyState(
            title="Nobody goes out",
            words="Appointments are made on the case of an exchange that has to be installed.",
            icon="clock",
        ),
    )


def draw_visit(
    visit: Visit,
    exchange: Exchange,
    *,
    reader: Reader,
    rights: Rights,
    sent: ReportForm | None = None,
) -> VisitPage:
    case = exchange.return_case
    tasks = list(visit.tasks.order_by("position"))
    may = Permission.SHIP_GOODS in rights
    reports = may and visit.state == V.DISPATCHED
    return VisitPage(
        number=visit.work_order.number,
        day=f"{reader.weekday(visit.day)}, {_slot(visit)}",
        badge=draw_badge(visit),
        board_url=f"{reverse('console:visits')}?day={visit.day}",
        case_number=case.number,
        case_url=case_url(case),
        facts=_facts(visit, exchange),
        tasks=[
            TaskRow(
                word=str(task.get_kind_display()),
                title=f"{task.quantity} × {task.title}",
                badge=_task_badge(task.state, task.because),
            )
            for task in tasks
        ],
        steps=_steps(visit, exchange) if may else [],
        says=SAYS[V(visit.state)],
        report=(sent or ReportForm(tasks)) if reports else None,
        report_action=Action(
            label="Report",
            url=reverse("console:visit_report", args=[visit.public_id]),
            kind="primary",
            fields=stamp(version=case.version),
        )
        if reports
        else None,
    )


def draw_badge(visit: Visit) -> Badge:
    word = "Crew is there" if visit.state == V.DISPATCHED and visit.begun_at else None
    return Badge(word=word or str(V(visit.state).label), tone=TONES[V(visit.state)])


def _row(visit: Visit, exchange: Exchange, reader: Reader) -> VisitRow:
    case, ship_to = exchange.return_case, _ship_to(exchange)
    kinds = dict.fromkeys(str(task.get_kind_display()).lower() for task in visit.tasks.all())
    return VisitRow(
        url=reverse("console:visit", args=[visit.public_id]),
        number=visit.work_order.number,
        slot=_slot(visit),
        crew=visit.crew.name,
        customer=ship_to.name if ship_to else str(case.customer),
        place=f"{ship_to.postcode} {ship_to.city}" if ship_to else "–",
        tasks=", ".join(kinds),
        case_number=case.number,
        case_url=case_url(case),
        badge=draw_badge(visit),
    )


def _facts(visit: Visit, exchange: Exchange) -> list[Fact]:
    ship_to = _ship_to(exchange)
    facts = [
        Fact(term="Crew", value=f"{visit.crew.name}, from {visit.crew.location}"),
        Fact(term="Visit", value=str(visit.number)),
    ]
    if ship_to:
        facts[:0] = [
            Fact(term="Customer", value=ship_to.name),
            Fact(term="Address", value=_address(ship_to)),
        ]
    return [fact for fact in facts if fact.value.strip()]


def _address(ship_to: OrderAddress) -> str:
    town = f"{ship_to.postcode} {ship_to.city}".strip()
    parts = (ship_to.line1, ship_to.line2, town, ship_to.country)
    return ", ".join(part for part in parts if part.strip())


def _ship_to(exchange: Exchange) -> OrderAddress | None:
    order = exchange.replacement_order
    return order.ship_to if order else None


def _steps(visit: Visit, exchange: Exchange) -> list[Action]:
    fields = stamp(version=exchange.return_case.version)
    if visit.state == V.SCHEDULED:
        url = reverse("console:visit_departure", args=[visit.public_id])
        return [Action(label="We are leaving", url=url, kind="primary", fields=fields)]
    if visit.state == V.DISPATCHED and visit.begun_at is None:
        url = reverse("console:visit_arrival", args=[visit.public_id])
        return [Action(label="We are there", url=url, kind="secondary", fields=fields)]
    return []


def _slot(visit: Visit) -> str:
    return str(VisitSlot(visit.slot).label)


def _task_badge(state: str, because: str) -> Badge:
    if state == TaskState.NOT_DONE:
        return Badge(word=str(NotDone(because).label), tone="bad")
    return Badge(
        word=str(TaskState(state).label), tone="good" if state == TaskState.DONE else "info"
    )

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Date
from api.commands import Command, Nothing
from api.exchanges.commands import ExchangeCommand
from api.finding import find_by_id
from api.pages import PageQuestion, cut
from api.problems import BadCall
from api.questions import Question
from api.scopes import Scope
from api.shapes import AllowedAction, Day, Listed
from api.views import ApiView
from api.visits.bodies import Booked, Reported
from api.visits.telling import (
    SlotsTold,
    VisitTold,
    list_actions,
    tell_crew,
    tell_visits,
    with_all,
)
from core import clock
from exchanges import services
from exchanges.models import Exchange
from fulfilment.models import Crew, Visit
from fulfilment.queries import list_free_slots
from fulfilment.states import VisitState

MOST_DAYS = 60


class VisitsQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=VisitState.choices, required=False)
    day = Date(required=False)
    crew = serializers.CharField(required=False, max_length=40, help_text="A crew's id.")


class SlotsQuestion(Question):
    first = Date(required=False, help_text="From this day; today without it.")
    days = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_DAYS, default=14, help_text="So many days."
    )


class AboutVisits(ApiView):
    """What the addresses of visits have in common."""

    @property
    def mine(self) -> QuerySet[Visit]:
        rows: QuerySet[Visit] = Visit.objects.for_partner(self.partner)
        return rows

    def find(self, reference: str) -> Visit:
        return find_by_id(with_all(self.mine), reference, what="visit")

    def tell(self, found: Visit) -> VisitTold:
        (told,) = tell_visits([found], livemode=self.livemode)
        return told


class Visits(AboutVisits):
    """Appointments of crews at customers'."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    question = VisitsQuestion
    answers = {"GET": Listed[VisitTold]}
    columns = {"state": "state", "day": "day", "crew": "crew__public_id"}

    def get(self, request: Request) -> Response:
        page = cut(with_all(self.narrow(self.mine)), self.asked)
        return Response(page.answer(tell_visits(page.rows, livemode=self.livemode)))


class OneVisit(AboutVisits):
    """One appointment, its tasks, and what the crew may say now."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    answers = {"GET": VisitTold}

    def get(self, request: Request, reference: str) -> Response:
        return Response(self.tell(self.find(reference)))


class VisitSlots(ApiView):
    """When which crew is free, by day."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    question = SlotsQuestion
    answers = {"GET": SlotsTold}

    def get(self, request: Request) -> Response:
        first = self.asked.get("first") or clock.now(self.partner).date()
        days = [first + dt.timedelta(days=after) for after in range(self.asked["days"])]
        free = list_free_slots(partner_id=self.partner.pk, days=days)
        return Response(
            {
                "data": [
                    {"crew": tell_crew(crew), "day": Day(day.isoformat()), "slot": str(slot)}
                    for crew, day, slot in free
                ]
            }
        )


class ArrangedVisit(ExchangeCommand):
    """The appointment is made, or moved, for everything that is left to do at the customer's."""

    bodies = {"POST": Booked}

    def act(self, found: Exchange, said: Mapping[str, Any], **who: Any) -> None:
        crew = Crew.objects.for_partner(self.partner).filter(public_id=said["crew"]).first()
        if crew is None:
            wrong = {"pointer": "/crew", "code": "unknown", "detail": "There is no such crew."}
            raise BadCall("The body is not as it should be.", code="bad_body", errors=[wrong])
        services.arrange_visit(
            exchange_id=found.pk, crew_id=crew.pk, day=said["day"], slot=said["slot"], **who
        )


class VisitCommand(AboutVisits, Command):
    """A command on an appointment."""

    scopes = {"POST": Scope.WRITE_EXCHANGES}
    answers = {"POST": VisitTold}

    def list_actions(self, found: Visit) -> list[AllowedAction]:
        return list_actions(found)


class DepartedVisit(VisitCommand):
    """The crew leaves, with what may leave: it is on its way from here."""

    bodies = {"POST": Nothing}

    def act(self, found: Visit, said: Mapping[str, Any], **who: Any) -> None:
        services.dispatch_visit(exchange_id=exchange_of(found), visit_id=found.pk, **who)


class Fact(VisitCommand):
    """What happened at the door takes no version, and counts once."""

    is_versioned = False


class ArrivedVisit(Fact):
    """The crew stands at the customer's door."""

    bodies = {"POST": Nothing}

    def act(self, found: Visit, said: Mapping[str, Any], **who: Any) -> None:
        services.begin_visit(exchange_id=exchange_of(found), visit_id=found.pk, **who)


class ReportedVisit(Fact):
    """What was done, task by task: goods are received and delivered by it, nothing is charged."""

    bodies = {"POST": Reported}

    def act(self, found: Visit, said: Mapping[str, Any], **who: Any) -> None:
        services.report_visit(
            exchange_id=exchange_of(found),
            visit_id=found.pk,
            not_done=read_not_done(found, said),
            remark=said.get("remark", ""),
            **who,
        )


def read_not_done(found: Visit, said: Mapping[str, Any]) -> dict[int, str]:
    """By task id. Raises `BadCall` at every one that is none of the visit's, or stands twice."""
    known = {task.position: task.pk for task in found.tasks.all()}
    wrong, reasons = [], {}
    for at, each in enumerate(said["not_done"]):
        pk = known.get(each["task"])
        if pk is None or pk in reasons:
            words = "That is no task of this visit." if pk is None else "This task stands twice."
            pointer = f"/not_done/{at}/task"
            wrong.append({"pointer": pointer, "code": "unknown", "detail": words})
        else:
            reasons[pk] = each["because"]
    if wrong:
        raise BadCall("The body is not as it should be.", code="bad_body", errors=wrong)
    return reasons


def exchange_of(visit: Visit) -> int:
    return int(visit.work_order.reference.removeprefix("exchange:"))

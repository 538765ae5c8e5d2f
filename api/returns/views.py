from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.expanding import Expand
from api.finding import find_by_number
from api.pages import PageQuestion, cut
from api.questions import Question
from api.repeating import once
from api.returns.actions import list_actions
from api.returns.bodies import NewReturn
from api.returns.reading import find_order_lines, owner_of, point_at, read_wanted
from api.returns.telling import EXPANDABLE, ReturnNow, ReturnTold, tell_returns, with_all
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core import clock
from orders.rules import NotReturnable
from returns import services
from returns.models import Return
from returns.states import ReturnState


class ReturnsQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=ReturnState.choices, required=False)
    channel = serializers.CharField(required=False, max_length=40)
    order = serializers.CharField(required=False, max_length=40, help_text="An order's id.")
    customer = serializers.CharField(required=False, max_length=40, help_text="A customer's id.")
    expand = Expand(*EXPANDABLE)


class ReturnQuestion(Question):
    expand = Expand(*EXPANDABLE)


class AboutReturns(ApiView):
    """What the addresses of returns have in common."""

    @property
    def mine(self) -> QuerySet[Return]:
        rows: QuerySet[Return] = Return.objects.for_partner(self.partner)
        return rows

    def find(self, reference: str) -> Return:
        return find_by_number(with_all(self.mine), reference, prefix="ret", what="return")

    def tell(self, case: Return) -> ReturnNow:
        (told,) = tell_returns(
            [case],
            partner_id=self.partner.pk,
            expand=self.asked.get("expand", []),
            livemode=self.livemode,
        )
        actions = list_actions(case, decider=self.actor.ref, now=clock.now(self.partner))
        return {**told, "allowed_actions": actions}


class Returns(AboutReturns):
    """Returns, and opening one: policy decides at once where it can."""

    scopes = {"GET": Scope.READ_RETURNS, "POST": Scope.WRITE_RETURNS}
    question = ReturnsQuestion
    bodies = {"POST": NewReturn}
    answers = {"GET": Listed[ReturnTold], "POST": ReturnNow}
    status_by_method = {"POST": status.HTTP_201_CREATED}
    columns = {
        "state": "state",
        "channel": "channel__code",
        "customer": "customer__public_id",
    }

    def get(self, request: Request) -> Response:
        rows = self.narrow(self.mine)
        if "order" in self.asked:
            of_order = rows.filter(lines__order_line__order__public_id=self.asked["order"])
            rows = rows.filter(pk__in=of_order.values("pk"))
        page = cut(with_all(rows), self.asked)
        told = tell_returns(
            page.rows,
            partner_id=self.partner.pk,
            expand=self.asked["expand"],
            livemode=self.livemode,
        )
        return Response(page.answer(told))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """Units are claimed and their value frozen; each line gets its verdict with reasons."""
        lines = self.read()["lines"]
        rows = find_order_lines(self.partner, lines)
        try:
            case = services.open_return(
                lines=read_wanted(lines, rows),
                actor=self.actor,
                op_id=op_id,
                now=clock.now(self.partner),
                **owner_of(rows),
            )
        except NotReturnable as refusal:
            point_at(refusal, rows)
            raise
        return Response(self.tell(self.find(case.public_id)), status=status.HTTP_201_CREATED)


class OneReturn(AboutReturns):
    """By id, or by the RMA number as people type it."""

    scopes = {"GET": Scope.READ_RETURNS}
    question = ReturnQuestion
    answers = {"GET": ReturnNow}

    def get(self, request: Request, reference: str) -> Response:
        return Response(self.tell(self.find(reference)))

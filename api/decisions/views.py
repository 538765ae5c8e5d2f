from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.decisions.actions import list_actions
from api.decisions.telling import DecisionNow, DecisionTold, of_lines, tell_decisions
from api.finding import find_by_id, find_by_number
from api.pages import PageQuestion, cut
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core import clock
from core.events import reference
from policies.states import Verdict
from returns.models import Return


class DecisionQuestion(PageQuestion):
    case = serializers.CharField(
        required=False, max_length=40, help_text="Of one return: its id or number."
    )
    verdict = serializers.ChoiceField(choices=Verdict.choices, required=False)


class Decisions(ApiView):
    """Every verdict on a return line, as it was given."""

    scopes = {"GET": Scope.READ_RETURNS}
    question = DecisionQuestion
    answers = {"GET": Listed[DecisionTold]}
    columns = {"verdict": "verdict"}

    def get(self, request: Request) -> Response:
        cases: list[str] = []
        if "case" in self.asked:
            mine = Return.objects.for_partner(self.partner)
            found = find_by_number(mine, self.asked["case"], prefix="ret", what="return")
            cases = [reference(found)]
        page = cut(self.narrow(of_lines(self.partner.pk, cases)), self.asked)
        return Response(page.answer(tell_decisions(page.rows, livemode=self.livemode)))


class OneDecision(ApiView):
    """One verdict, with the rules that spoke."""

    scopes = {"GET": Scope.READ_RETURNS}
    answers = {"GET": DecisionNow}

    def get(self, request: Request, reference: str) -> Response:
        found = find_by_id(of_lines(self.partner.pk), reference, what="decision")
        (told,) = tell_decisions([found], livemode=self.livemode)
        case = find_by_id(
            Return.objects.for_partner(self.partner), told["case"]["id"], what="return"
        )
        now = clock.now(self.partner)
        actions = list_actions(found, case, decider=self.actor.ref, now=now)
        return Response({**told, "allowed_actions": actions})

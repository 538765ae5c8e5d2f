from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.finding import find_by_id, find_by_number
from api.memos.telling import CreditMemoTold, tell_memos
from api.pages import PageQuestion, cut
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core.events import reference
from payments.models import CreditMemo
from payments.states import MemoState
from returns.models import Return


class MemoQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=MemoState.choices, required=False)
    number = serializers.CharField(required=False, max_length=40)
    case = serializers.CharField(
        required=False, max_length=40, help_text="Of one return: its id or number."
    )


def with_all(rows: QuerySet[CreditMemo]) -> QuerySet[CreditMemo]:
    return rows.prefetch_related("lines__order_line__order")


class CreditMemos(ApiView):
    """What is and was owed for goods that came back."""

    scopes = {"GET": Scope.READ_RETURNS}
    question = MemoQuestion
    answers = {"GET": Listed[CreditMemoTold]}
    columns = {"state": "state", "number": "number"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(CreditMemo.objects.for_partner(self.partner))
        if "case" in self.asked:
            mine = Return.objects.for_partner(self.partner)
            found = find_by_number(mine, self.asked["case"], prefix="ret", what="return")
            rows = rows.filter(case=reference(found))
        page = cut(with_all(rows), self.asked)
        return Response(page.answer(tell_memos(page.rows, livemode=self.livemode)))


class OneCreditMemo(ApiView):
    """One credit memo, line by line."""

    scopes = {"GET": Scope.READ_RETURNS}
    answers = {"GET": CreditMemoTold}

    def get(self, request: Request, reference: str) -> Response:
        rows = with_all(CreditMemo.objects.for_partner(self.partner))
        found = find_by_id(rows, reference, what="credit memo")
        (told,) = tell_memos([found], livemode=self.livemode)
        return Response(told)

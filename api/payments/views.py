from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.expanding import Expand
from api.finding import find_by_id, find_by_number
from api.pages import PageQuestion, cut
from api.payments.telling import (
    EXPANDABLE,
    ProviderPaymentNow,
    ProviderPaymentTold,
    list_actions,
    tell_payments,
    with_all,
)
from api.questions import Question
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core.events import reference
from exchanges.models import Exchange
from payments.models import MoneyOperation
from payments.states import OperationKind, OperationState
from returns.models import Return


class PaymentsQuestion(PageQuestion):
    kind = serializers.ChoiceField(choices=OperationKind.choices, required=False)
    state = serializers.ChoiceField(choices=OperationState.choices, required=False)
    case = serializers.CharField(
        required=False, max_length=40, help_text="Of one return: its id or number."
    )
    exchange = serializers.CharField(
        required=False, max_length=40, help_text="For one exchange: its id or number."
    )
    expand = Expand(*EXPANDABLE)


class PaymentQuestion(Question):
    expand = Expand(*EXPANDABLE)


class Payments(ApiView):
    """Money taken, held, let go and given back, and what nobody knows yet."""

    scopes = {"GET": Scope.READ_PAYMENTS}
    question = PaymentsQuestion
    answers = {"GET": Listed[ProviderPaymentTold]}
    columns = {"kind": "kind", "state": "state"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(MoneyOperation.objects.for_partner(self.partner))
        if "case" in self.asked:
            cases = Return.objects.for_partner(self.partner)
            case = find_by_number(cases, self.asked["case"], prefix="ret", what="return")
            rows = rows.filter(case=reference(case))
        if "exchange" in self.asked:
            mine = Exchange.objects.for_partner(self.partner)
            found = find_by_number(mine, self.asked["exchange"], prefix="exc", what="exchange")
            rows = rows.filter(purpose=reference(found))
        page = cut(with_all(rows), self.asked)
        return Response(
            page.answer(tell_payments(page.rows, self.partner, expand=self.asked["expand"]))
        )


class OnePayment(ApiView):
    """One of them, with what followed it."""

    scopes = {"GET": Scope.READ_PAYMENTS}
    question = PaymentQuestion
    answers = {"GET": ProviderPaymentNow}

    def get(self, request: Request, reference: str) -> Response:
        rows = with_all(MoneyOperation.objects.for_partner(self.partner))
        found = find_by_id(rows, reference, what="payment")
        (told,) = tell_payments([found], self.partner, expand=self.asked["expand"])
        return Response({**told, "allowed_actions": list_actions(found)})

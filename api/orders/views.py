from __future__ import annotations

from uuid import UUID

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.documents.taking import status_of, take_document
from api.documents.telling import DocumentTold, document
from api.finding import find_by_id
from api.orders.bodies import NewOrder
from api.orders.reading import DIRECT, find_channel
from api.orders.telling import OrderTold, tell_orders, with_all
from api.pages import PageQuestion, cut
from api.repeating import once
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core import clock
from orders.models import Order
from orders.states import OrderState, Purpose


class OrderQuestion(PageQuestion):
    number = serializers.CharField(required=False, max_length=80)
    external_id = serializers.CharField(required=False, max_length=120)
    channel = serializers.CharField(required=False, max_length=40)
    state = serializers.ChoiceField(choices=OrderState.choices, required=False)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)


class Orders(ApiView):
    """Orders as sold; and orders in, for channels that the API feeds."""

    scopes = {"GET": Scope.READ_ORDERS, "POST": Scope.WRITE_ORDERS}
    question = OrderQuestion
    bodies = {"POST": NewOrder}
    answers = {"GET": Listed[OrderTold], "POST": DocumentTold}
    status_by_method = {"POST": status.HTTP_201_CREATED}
    other_answers = (status.HTTP_200_OK, status.HTTP_202_ACCEPTED)
    makes = "documents"
    columns = {
        "number": "number",
        "external_id": "external_id",
        "channel": "channel__code",
        "state": "state",
        "purpose": "purpose",
    }

    def get(self, request: Request) -> Response:
        page = cut(with_all(self.narrow(Order.objects.for_partner(self.partner))), self.asked)
        return Response(page.answer(tell_orders(page.rows, livemode=self.livemode)))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """201 sold, 200 known already, 202 stored and waiting: the answer says for whom."""
        said = dict(self.read())
        taken = take_document(
            channel=find_channel(self.partner, said.pop("channel"), kind=DIRECT),
            content=said,
            topic="order",
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        return Response(document(taken, livemode=self.livemode), status=status_of(taken))


class OneOrder(ApiView):
    """One order, with what of it may still come back."""

    scopes = {"GET": Scope.READ_ORDERS}
    answers = {"GET": OrderTold}

    def get(self, request: Request, reference: str) -> Response:
        rows = with_all(Order.objects.for_partner(self.partner))
        (told,) = tell_orders([find_by_id(rows, reference, what="order")], livemode=self.livemode)
        return Response(told)

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from api.exchanges.actions import list_actions
from api.exchanges.bodies import NewExchange
from api.exchanges.reading import read_replacements
from api.exchanges.telling import (
    EXPANDABLE,
    ExchangeNow,
    ExchangeTold,
    tell_exchanges,
    tell_now,
    with_all,
)
from api.expanding import Expand
from api.finding import find_by_number
from api.pages import PageQuestion, cut
from api.questions import Question
from api.repeating import once
from api.returns.reading import find_order_lines, owner_of, point_at, read_wanted
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from core import clock
from exchanges import queries, services
from exchanges.models import Exchange
from exchanges.rules import list_outbound_holds
from exchanges.states import ExchangeState, ExchangeType
from orders.rules import NotReturnable
from returns.states import Outcome


class ExchangesQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=ExchangeState.choices, required=False)
    type = serializers.ChoiceField(choices=ExchangeType.choices, required=False)
    channel = serializers.CharField(required=False, max_length=40)
    case = serializers.CharField(required=False, max_length=40, help_text="A return's id.")
    expand = Expand(*EXPANDABLE)


class ExchangeQuestion(Question):
    expand = Expand(*EXPANDABLE)


class AboutExchanges(ApiView):
    """What the addresses of exchanges have in common."""

    @property
    def mine(self) -> QuerySet[Exchange]:
        rows: QuerySet[Exchange] = Exchange.objects.for_partner(self.partner)
        return rows

    def find(self, reference: str) -> Exchange:
        return find_by_number(with_all(self.mine), reference, prefix="exc", what="exchange")

    def tell(self, found: Exchange) -> ExchangeNow:
        expand = self.asked.get("expand", [])
        (told,) = tell_exchanges([found], expand=expand, livemode=self.livemode)
        holds = queries.list_holds(found)
        facts = queries.ask_policy(found, queries.read_facts(found, holds=holds))
        return tell_now(
            told,
            awaits=list_outbound_holds(facts),
            holds=holds,
            partner=self.partner,
            actions=list_actions(facts),
            as_of=clock.database_now(),
        )


class Exchanges(AboutExchanges):
    """Exchanges, and opening one: return, quote and hold in one go."""

    scopes = {"GET": Scope.READ_EXCHANGES, "POST": Scope.WRITE_EXCHANGES}
    question = ExchangesQuestion
    bodies = {"POST": NewExchange}
    answers = {"GET": Listed[ExchangeTold], "POST": ExchangeNow}
    status_by_method = {"POST": status.HTTP_201_CREATED}
    columns = {
        "state": "state",
        "type": "type",
        "channel": "return_case__channel__code",
        "case": "return_case__public_id",
    }

    def get(self, request: Request) -> Response:
        page = cut(self.narrow(self.mine), self.asked)
        told = tell_exchanges(page.rows, expand=self.asked["expand"], livemode=self.livemode)
        return Response(page.answer(told[::-1]))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """Confirmed at once where policy authorises the return; out of stock names every line."""
        said = self.read()
        rows = find_order_lines(self.partner, said["lines"])
        replacements = read_replacements(
            self.partner, said["replacements"], [row.pk for row in rows]
        )
        try:
            exchange = services.open_exchange_case(
                lines=read_wanted(said["lines"], rows, outcome=Outcome.EXCHANGE),
                replacements=replacements,
                exchange_type=said["type"],
                actor=self.actor,
                op_id=op_id,
                now=clock.now(self.partner),
                **owner_of(rows),
            )
        except NotReturnable as refusal:
            point_at(refusal, rows)
            raise
        told = self.tell(self.find(exchange.public_id))
        return Response(told, status=status.HTTP_201_CREATED)


class OneExchange(AboutExchanges):
    """By id, or by the number as people type it."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    question = ExchangeQuestion
    answers = {"GET": ExchangeNow}

    def get(self, request: Request, reference: str) -> Response:
        return Response(self.tell(self.find(reference)))

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.finding import find_by_id
from api.pages import PageQuestion, cut
from api.quotes.actions import list_actions
from api.quotes.telling import QuoteNow, QuoteTold, quote, tell_quotes
from api.scopes import Scope
from api.shapes import Listed
from api.views import ApiView
from exchanges.models import Quote


class QuoteQuestion(PageQuestion):
    exchange = serializers.CharField(required=False, max_length=40, help_text="An exchange's id.")


class Quotes(ApiView):
    """Every quote that was made, also those that no longer count."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    question = QuoteQuestion
    answers = {"GET": Listed[QuoteTold]}
    columns = {"exchange": "exchange__public_id"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(Quote.objects.for_partner(self.partner))
        page = cut(rows.select_related("exchange", "policy_version"), self.asked)
        return Response(page.answer(tell_quotes(page.rows, livemode=self.livemode)))


class OneQuote(ApiView):
    """One quote, with the sum that ends in what is due."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    answers = {"GET": QuoteNow}

    def get(self, request: Request, reference: str) -> Response:
        rows = Quote.objects.for_partner(self.partner)
        found = find_by_id(
            rows.select_related("exchange", "policy_version"), reference, what="quote"
        )
        told = quote(found, livemode=self.livemode)
        return Response({**told, "allowed_actions": list_actions(found)})

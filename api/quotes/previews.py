"""What an exchange would cost. The same code as opening one."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from api.exchanges.bodies import NewExchange
from api.exchanges.reading import read_replacements
from api.quotes.telling import QuotedLineTold, quoted_line
from api.returns.previews import ReturnPreviewTold, return_preview
from api.returns.reading import find_order_lines, point_at, read_wanted
from api.scopes import Scope
from api.shapes import Amount, money
from api.views import ApiView
from core import clock
from exchanges.queries import Plan, preview_quote
from exchanges.states import Evenness
from orders.rules import NotReturnable
from returns.states import Outcome


class QuotePreviewTold(TypedDict):
    """An exchange as it would be quoted now. Nothing is saved and nothing is held."""

    object: Literal["quote_preview"]
    returned: ReturnPreviewTold
    evenness: Annotated[str, Evenness]
    returned_value: Amount
    outbound_value: Amount
    outbound_tax: Amount
    shipping: Amount
    due: Amount
    needed: Amount
    is_paid_up_front: bool
    needs_approval_for: str | None
    lines: list[QuotedLineTold]
    livemode: bool


class QuotePreviews(ApiView):
    """What would this exchange cost? Nothing is kept, so no Idempotency-Key is needed."""

    scopes = {"POST": Scope.READ_EXCHANGES}
    bodies = {"POST": NewExchange}
    answers = {"POST": QuotePreviewTold}
    changes_nothing = True

    def post(self, request: Request) -> Response:
        said = self.read()
        rows = find_order_lines(self.partner, said["lines"])
        try:
            preview = preview_quote(
                lines=read_wanted(said["lines"], rows, outcome=Outcome.EXCHANGE),
                replacements=read_replacements(
                    self.partner, said["replacements"], [row.pk for row in rows]
                ),
                exchange_type=said["type"],
                now=clock.now(self.partner),
            )
        except NotReturnable as refusal:
            point_at(refusal, rows)
            raise
        returned = return_preview(preview.returned, livemode=self.livemode)
        return Response(quote_preview(preview.plan, returned, livemode=self.livemode))


def quote_preview(plan: Plan, returned: ReturnPreviewTold, *, livemode: bool) -> QuotePreviewTold:
    quote = plan.quote

    def amount(value: Decimal) -> Amount:
        return money(value, quote.currency)

    return {
        "object": "quote_preview",
        "returned": returned,
        "evenness": quote.evenness,
        "returned_value": amount(quote.returned_value),
        "outbound_value": amount(quote.outbound_value),
        "outbound_tax": amount(quote.outbound_tax),
        "shipping": amount(quote.shipping),
        "due": amount(quote.due),
        "needed": amount(quote.needed),
        "is_paid_up_front": quote.is_paid_up_front,
        "needs_approval_for": quote.approval.kind if quote.approval else None,
        "lines": [quoted_line(row, quote.currency) for row in quote.rows],
        "livemode": livemode,
    }

"""What a return would be: units, value, fee and verdict. The same code as opening one."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from rest_framework.request import Request
from rest_framework.response import Response

from api.decisions.telling import VerdictTold, verdict
from api.returns.bodies import NewReturn
from api.returns.reading import find_order_lines, point_at, read_wanted
from api.scopes import Scope
from api.shapes import Amount, money
from api.views import ApiView
from core import clock
from orders.rules import NotReturnable
from returns.queries import PlannedLine, PlannedReturn, preview_return
from returns.states import LineDecision, Outcome, Reason, ReturnState


class PreviewedLine(VerdictTold):
    """Units as they would be claimed now, and the verdict on them."""

    order: str
    order_line: int
    sku: str
    units: list[int]
    reason: Annotated[str, Reason]
    outcome: Annotated[str, Outcome]
    decision: Annotated[str, LineDecision]
    value: Amount
    fee: Amount


class ReturnPreviewTold(TypedDict):
    """A return as it would be opened now. Nothing is saved."""

    object: Literal["return_preview"]
    state: Annotated[str, ReturnState]
    value: Amount
    fee: Amount
    lines: list[PreviewedLine]
    policy_version: int
    livemode: bool


class ReturnPreviews(ApiView):
    """What would opening this return bring? Nothing is kept, so no Idempotency-Key is needed."""

    scopes = {"POST": Scope.READ_RETURNS}
    bodies = {"POST": NewReturn}
    answers = {"POST": ReturnPreviewTold}
    changes_nothing = True

    def post(self, request: Request) -> Response:
        lines = self.read()["lines"]
        rows = find_order_lines(self.partner, lines)
        try:
            planned = preview_return(lines=read_wanted(lines, rows), now=clock.now(self.partner))
        except NotReturnable as refusal:
            point_at(refusal, rows)
            raise
        return Response(return_preview(planned, livemode=self.livemode))


def return_preview(planned: PlannedReturn, *, livemode: bool) -> ReturnPreviewTold:
    return {
        "object": "return_preview",
        "state": planned.state.value,
        "value": money(planned.gross, planned.currency),
        "fee": money(planned.fee, planned.currency),
        "lines": [_line(line) for line in planned.lines],
        "policy_version": planned.version.number,
        "livemode": livemode,
    }


def _line(line: PlannedLine) -> PreviewedLine:
    order, currency = line.order_line.order, line.order_line.currency
    judgement = line.judgement
    return {
        "order": order.public_id,
        "order_line": line.order_line.position,
        "sku": line.order_line.sku,
        "units": line.units,
        "reason": line.wanted.reason,
        "outcome": line.wanted.outcome,
        "decision": line.decision.value,
        "value": money(line.gross, currency),
        "fee": money(line.fee, currency),
        **verdict(
            verdict=judgement.verdict,
            sentence=judgement.sentence,
            findings=[finding.as_json() for finding in judgement.findings],
            locale=order.customer.locale or order.channel.locale,
        ),
    }

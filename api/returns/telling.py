from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal, TypedDict

from django.db.models import QuerySet

from api.decisions.telling import DecisionTold, of_lines, tell_decisions
from api.exchanges.telling import ExchangeTold, tell_exchanges
from api.expanding import below, is_wanted
from api.shapes import AllowedAction, Amount, Day, Moment, day, moment, money
from core.events import reference
from core.money import ZERO
from exchanges.models import Exchange
from returns.models import Return, ReturnLine
from returns.states import LineDecision, Outcome, Reason, ReturnState


class ReturnLineTold(TypedDict):
    """Units of one order line. Decision and quantities are two things that never mix."""

    position: int
    order: str
    order_line: int
    sku: str
    reason: Annotated[str, Reason]
    outcome: Annotated[str, Outcome]
    decision: Annotated[str, LineDecision]
    quantity: int
    awaited: int
    received: int
    accepted: int
    refused: int
    missing: int
    kept: int
    cancelled: int
    value: Amount
    fee: Amount


class ReturnTold(TypedDict):
    """A case. Its `version` counts every command on it and on its exchanges."""

    object: Literal["return"]
    id: str
    number: str
    state: Annotated[str, ReturnState]
    version: int
    channel: str
    customer: str
    value: Amount
    fee: Amount
    lines: list[ReturnLineTold]
    exchanges: list[str | ExchangeTold]
    decisions: list[str | DecisionTold]
    send_back_by: Day | None
    opened_at: Moment
    closed_at: Moment | None
    livemode: bool


class ReturnNow(ReturnTold):
    """The same, with what may be done with it now."""

    allowed_actions: list[AllowedAction]


EXPANDABLE = ("exchanges", "exchanges.quote", "exchanges.shipments", "decisions")


def with_all(rows: QuerySet[Return]) -> QuerySet[Return]:
    """What telling a page of returns reads, in a handful of queries however long it is."""
    return rows.select_related("channel", "customer").prefetch_related("lines__order_line__order")


def tell_returns(
    cases: Sequence[Return], *, partner_id: int, expand: list[str], livemode: bool
) -> list[ReturnTold]:
    exchanges = _list_exchanges(cases, expand, livemode=livemode)
    decisions = _list_decisions(cases, partner_id, expand, livemode=livemode)
    return [
        tell_return(
            case, exchanges=exchanges[case.pk], decisions=decisions[case.pk], livemode=livemode
        )
        for case in cases
    ]


def tell_return(
    case: Return,
    *,
    exchanges: list[str | ExchangeTold],
    decisions: list[str | DecisionTold],
    livemode: bool,
) -> ReturnTold:
    lines = sorted(case.lines.all(), key=lambda line: line.position)
    return {
        "object": "return",
        "id": case.public_id,
        "number": case.number,
        "state": case.state,
        "version": case.version,
        "channel": case.channel.code,
        "customer": case.customer.public_id,
        "value": money(sum((line.gross for line in lines), ZERO), case.currency),
        "fee": money(sum((line.fee for line in lines), ZERO), case.currency),
        "lines": [_line(line, case.currency) for line in lines],
        "exchanges": exchanges,
        "decisions": decisions,
        "send_back_by": day(case.send_back_by),
        "opened_at": moment(case.opened_at),
        "closed_at": moment(case.closed_at),
        "livemode": livemode,
    }


def _line(line: ReturnLine, currency: str) -> ReturnLineTold:
    return {
        "position": line.position,
        "order": line.order_line.order.public_id,
        "order_line": line.order_line.position,
        "sku": line.order_line.sku,
        "reason": line.reason,
        "outcome": line.outcome,
        "decision": line.decision,
        "quantity": line.quantity,
        "awaited": line.awaited,
        "received": line.received,
        "accepted": line.accepted,
        "refused": line.refused,
        "missing": line.missing,
        "kept": line.kept,
        "cancelled": line.cancelled,
        "value": money(line.gross, currency),
        "fee": money(line.fee, currency),
    }


def _list_exchanges(
    cases: Sequence[Return], expand: list[str], *, livemode: bool
) -> defaultdict[int, list[str | ExchangeTold]]:
    found: defaultdict[int, list[str | ExchangeTold]] = defaultdict(list)
    rows = list(Exchange.objects.filter(return_case__in=cases).order_by("pk"))
    told: Sequence[str | ExchangeTold] = [row.public_id for row in rows]
    if is_wanted(expand, "exchanges"):
        told = tell_exchanges(rows, expand=below(expand, "exchanges"), livemode=livemode)
    for row, each in zip(rows, told, strict=True):
        found[row.return_case_id].append(each)
    return found


def _list_decisions(
    cases: Sequence[Return], partner_id: int, expand: list[str], *, livemode: bool
) -> defaultdict[int, list[str | DecisionTold]]:
    found: defaultdict[int, list[str | DecisionTold]] = defaultdict(list)
    if not cases:
        return found
    by_reference = {reference(case): case.pk for case in cases}
    rows = list(of_lines(partner_id, list(by_reference)).order_by("pk"))
    told: Sequence[str | DecisionTold] = [row.public_id for row in rows]
    if is_wanted(expand, "decisions"):
        told = tell_decisions(rows, livemode=livemode)
    for row, each in zip(rows, told, strict=True):
        found[by_reference[row.case]].append(each)
    return found

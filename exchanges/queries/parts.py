"""What part of a replacement the goods that have come so far pay for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Q

from core.money import ZERO
from exchanges.models import Exchange, ExchangeLine, Quote
from exchanges.queries.lines import list_lines
from exchanges.queries.planning import sum_credit
from exchanges.rules import Came, LineOut, Part, compute_value, plan_part
from exchanges.states import ExchangeType
from policies import queries as policies
from returns.models import ReturnLine
from returns.queries import get_facts
from returns.states import LineDecision


def read_part(exchange: Exchange, quote: Quote, lines: Sequence[ReturnLine]) -> Part | None:
    """What may leave before the rest, and what of it; None where it leaves in one piece.

    Where everything that comes has come and nothing has left, a new quote tells the customer what
    is sent and what it costs. `lines` are those that are exchanged.
    """
    if exchange.accepted_quote_id is None or exchange.type != ExchangeType.REGULAR:
        return None
    going_out = list_lines(exchange)
    if not sum(line.rest for line in going_out):
        return None
    is_parted = exchange.part_value is not None
    is_end = all(line.decision != LineDecision.AUTHORISED for line in lines)
    has_begun = any(line.is_touched for line in lines)
    if not is_parted and (is_end or not has_begun or not _ships_partial(exchange, lines)):
        return None
    part = plan_part(
        [_describe(line, quote) for line in going_out],
        came=_count_credited(lines),
        is_end=is_end,
        shipping=quote.shipping,
        credit=sum_credit(exchange, list(lines)) or ZERO,
        currency=quote.currency,
    )
    return part if part.units or (is_parted and is_end) else None


def sum_gone(exchange: Exchange, quote: Quote) -> Decimal:
    """What the units cost that have left."""
    return compute_value(
        [_describe(line, quote) for line in list_lines(exchange)],
        shipping=quote.shipping,
        currency=quote.currency,
    )


def _ships_partial(exchange: Exchange, lines: Sequence[ReturnLine]) -> bool:
    version = exchange.return_case.policy_version
    return all(
        policies.get_terms(version=version, facts=get_facts(line)).ship_partial.allowed
        for line in lines
    )


def _describe(line: ExchangeLine, quote: Quote) -> LineOut:
    row = next(row for row in quote.lines if row["position"] == line.position)
    return LineOut(
        position=line.position,
        quantity=line.quantity,
        released=line.released,
        dropped=line.dropped,
        replaces=line.replaces_id,
        gross=Decimal(row["gross"]),
    )


def _count_credited(lines: Sequence[ReturnLine]) -> dict[int, Came]:
    """By line id; what is credited without having come, such as goods that may be kept, counts."""
    counted = ReturnLine.objects.filter(pk__in=[line.pk for line in lines]).annotate(
        credited=Count("claims", filter=Q(claims__memo__isnull=False))
    )
    return {line.pk: Came(credited=line.credited, quantity=line.quantity) for line in counted}

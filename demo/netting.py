"""One case with two wishes: money for one thing, another for the next, and only the first is here.

What the first is worth pays the difference of the second: that much of its credit is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

from django.db import transaction

from core.errors import DomainError
from demo.cases import NothingFits, Stage, arrive, inspect, send_off, sold_variant, take
from demo.stories import choose_other_goods
from exchanges import services as exchanges
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from exchanges.states import ExchangeState
from orders.models import Order, OrderLine
from returns.queries import WantedReturn


def tell_of_netting(stage: Stage) -> int:
    """One case, as far as anybody ordered two things that suit it; how many were opened."""
    opened_at = stage.now - dt.timedelta(days=6)
    for refunded, exchanged in _list_pairs(stage, opened_at):
        try:
            exchange = _open(stage, refunded, exchanged, opened_at)
        except (DomainError, NothingFits):
            continue
        stage.used.update(refunded.order.lines.values_list("pk", flat=True))
        case = exchange.return_case
        left = send_off(stage, case, moment=stage.after(opened_at, hours=20))
        there = arrive(stage, case, moment=stage.after(left, hours=50), position=1)
        inspect(stage, case, moment=stage.after(there, hours=5))
        return 1
    return 0


def _open(
    stage: Stage, refunded: OrderLine, exchanged: OrderLine, opened_at: dt.datetime
) -> Exchange:
    """Raises NothingFits, and leaves nothing, where the first cannot pay for the second."""
    dearer = choose_other_goods(dearer=True)(stage, exchanged)
    actor = stage.agent()
    with stage.at(opened_at) as now, transaction.atomic():
        exchange = exchanges.open_exchange_case(
            partner_id=refunded.partner_id,
            channel_id=refunded.order.channel_id,
            customer_id=refunded.order.customer_id,
            lines=[
                WantedReturn(order_line_id=refunded.pk, quantity=1, reason="changed_mind"),
                WantedReturn(
                    order_line_id=exchanged.pk, quantity=1, reason="wrong_size", outcome="exchange"
                ),
            ],
            replacements=[
                WantedReplacement(variant_id=dearer.pk, replaces_order_line_id=exchanged.pk)
            ],
            actor=actor,
            op_id=uuid4(),
            now=now,
        )
        quote = exchange.accepted_quote
        worth = refunded.gross / refunded.quantity
        if exchange.state != ExchangeState.AWAITING_GOODS or quote is None:
            raise NothingFits("a person looks at it first")
        if not Decimal(0) < quote.due < worth:
            raise NothingFits("the one does not pay for the other")
        take(exchange.return_case, actor, now)
    return exchange


def _list_pairs(stage: Stage, opened_at: dt.datetime) -> Iterator[tuple[OrderLine, OrderLine]]:
    """Two things of one order that arrived lately and that no other story is about."""
    orders = Order.objects.for_partner(stage.shop.partner).filter(
        purpose="sale",
        shipped_at__range=(opened_at - dt.timedelta(days=20), opened_at - dt.timedelta(days=5)),
    )
    for order in orders.order_by("pk"):
        lines = [
            line
            for line in order.lines.select_related("order", "variant__product").order_by("position")
            if line.pk not in stage.used and line.shipped and line.variant is not None
            if sold_variant(line).product.is_returnable
        ]
        yield from pairwise(sorted(lines, key=lambda line: -line.gross))

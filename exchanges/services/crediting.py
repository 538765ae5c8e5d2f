"""Credit for what came back, put into the order of what goes out instead."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import queries, rules
from exchanges.models import Exchange
from exchanges.states import ExchangeType
from orders import services as orders
from payments import queries as payments_queries
from payments import services as payments
from payments.models import CreditMemo


@requires_transaction
def apply_credit(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay the replacement order with the credit memos, carried over from the first payments.

    Done on release and not before: until then the exchange may still turn into a refund. A case
    has a memo for each part that was accepted: first goes what is kept of them, then the oldest.
    Where the case nets, its other credit pays what the customer would have to. Of an order that
    goes out part by part each part takes what it costs.
    """
    quote = exchange.accepted_quote
    assert quote is not None and exchange.replacement_order_id is not None  # noqa: PT018
    if exchange.type == ExchangeType.ADVANCED_PREPAID:
        return  # the customer has paid all of it
    value = quote.outbound_value + quote.shipping
    if exchange.part_value is not None:
        value = exchange.part_value
    left: Decimal = min(quote.returned_value, value) - queries.sum_applied_credit(exchange)
    if quote.is_netted and quote.needed and exchange.part_value is None:
        left += queries.read_facts(exchange).netted
    for memo, most in _list_sources(exchange):
        amount = min(left, most)
        if amount > 0:
            _carry_over(exchange, memo, amount, actor=actor, now=now)
            left -= amount


def _list_sources(exchange: Exchange) -> list[tuple[CreditMemo, Decimal]]:
    """Which memo may give how much, in the order in which they do."""
    kept, rest = [], []
    for memo in payments_queries.list_issued(exchange.case):
        pending = payments_queries.sum_pending_refunds(reference(memo))
        kept.append((memo, memo.kept_back))
        rest.append((memo, memo.unspent - pending - memo.kept_back))
    return [*kept, *rest]


def _carry_over(
    exchange: Exchange, memo: CreditMemo, amount: Decimal, *, actor: Actor, now: dt.datetime
) -> None:
    assert exchange.replacement_order_id is not None  # it is released
    payments.apply_credit(memo_id=memo.pk, amount=amount, actor=actor, now=now)
    for share in rules.plan_credit_shares(amount, queries.list_open_tenders(exchange)):
        orders.add_exchange_credit(
            order_id=exchange.replacement_order_id,
            amount=share.amount,
            source_tender_id=share.tender_id,
            label=memo.number,
            actor=actor,
            now=now,
        )

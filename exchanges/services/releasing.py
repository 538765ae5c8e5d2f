"""From accepted to the warehouse: what an exchange does by itself once nothing is in the way."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.money import ZERO
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import ExchangeFacts, Goods
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState, ExchangeType
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import ShipmentState
from inventory import services as inventory
from orders import services as orders
from payments import queries as payments_queries
from payments import services as payments
from payments.models import CreditMemo
from returns import services as returns

S = ExchangeState


@operation("exchange.release")
def release_replacement(
    *, exchange_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """Give the replacement to the warehouse by hand, past no guard (domain §4)."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_release(facts).require("The replacement cannot be released yet.")
    advance(exchange, actor=actor, now=now, op_id=op_id)
    return exchange


@requires_transaction
def advance(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Take an accepted exchange as far as its guards let it go, up to the warehouse.

    Asked after everything that may have removed an obstacle, so no person has to.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    facts = queries.read_facts(exchange)
    if facts.goods == Goods.ACCEPTED and exchange.goods_accepted_at is None:
        exchange.goods_accepted_at = now
        exchange.save()
        tell(exchange, "goods_accepted", **who)
    if exchange.state in rules.ACCEPTED:
        move_on(exchange, facts=facts, **who)
    if exchange.state == S.READY and rules.can_release(facts).allowed:
        _release(exchange, actor=actor, now=now, op_id=op_id)


@requires_transaction
def move_on(
    exchange: Exchange,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    facts: ExchangeFacts | None = None,
) -> None:
    """Let a confirmed exchange stand where it waits now, and say what has changed. Saves it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    facts = facts or queries.read_facts(exchange)
    before, wanted = exchange.state, rules.find_waiting_state(facts)
    if before != wanted:
        {
            S.PENDING_APPROVAL: exchange.ask_approval,
            S.AWAITING_PAYMENT: exchange.await_payment,
            S.AWAITING_GOODS: exchange.await_goods,
            S.READY: exchange.become_ready,
        }[ExchangeState(wanted)]()
    exchange.save()
    if before == wanted:
        return
    if before == S.AWAITING_PAYMENT and not facts.missing:
        tell(exchange, "paid", captured=str(facts.captured), **who)
    if wanted == S.AWAITING_PAYMENT:
        tell(exchange, "payment_due", due=str(facts.missing), **who)
    if wanted == S.READY:
        tell(exchange, "ready", **who)


def _release(exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """Credit, parcels, stock: in the order of the locks. From here on nothing is cancelled."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    apply_credit(exchange, actor=actor, now=now, op_id=op_id)
    released = []
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state == ShipmentState.PLANNED:
            fulfilment.release_shipment(shipment_id=shipment.pk, **who)
            released.append(shipment.pk)
    inventory.commit(references=queries.list_references(exchange), **who)
    exchange.release()
    exchange.save()
    tell(exchange, "released", shipments=released, **who)


@requires_transaction
def take_credit(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Goods that came after their replacement had left are accepted: it was provisional till now.

    An advanced exchange puts their credit into its order. A pre-paid one was paid for, so all of
    it is owed. With the replacement delivered nothing is left to wait for.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if exchange.type == ExchangeType.REGULAR or exchange.goods_accepted_at is not None:
        return
    if queries.read_facts(exchange).goods != Goods.ACCEPTED:
        return
    exchange.goods_accepted_at = now
    exchange.save()
    tell(exchange, "goods_accepted", **who)
    if exchange.type == ExchangeType.ADVANCED:
        apply_credit(exchange, actor=actor, now=now, op_id=op_id)
    if exchange.state == S.DELIVERED:
        complete(exchange, **who)


@requires_transaction
def complete(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Goods in, replacement out. What the memos still owe keeps the case settling."""
    if not rules.can_complete(queries.read_facts(exchange)).allowed:
        return
    exchange.complete()
    exchange.ended_at = now
    exchange.save()
    memos = payments_queries.list_issued(exchange.case)
    owed = sum((memo.unspent for memo in memos), ZERO)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    tell(exchange, "completed", memos=[memo.number for memo in memos], owed=str(owed), **who)
    if memos and payments_queries.is_all_spent(exchange.case):
        returns.close_case(return_id=exchange.return_case_id, **who)


@requires_transaction
def apply_credit(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay the replacement order with the credit memos, carried over from the first payments.

    Done on release and not before: until then the exchange may still turn into a refund. A case
    has a memo for each part that was accepted: first goes what is kept of them, then the oldest.
    Where the case nets, its other credit pays what the customer would have to.
    """
    quote = exchange.accepted_quote
    assert quote is not None and exchange.replacement_order_id is not None  # noqa: PT018
    if exchange.type == ExchangeType.ADVANCED_PREPAID:
        return  # the customer has paid all of it
    left: Decimal = min(quote.returned_value, quote.outbound_value + quote.shipping)
    if quote.is_netted and quote.needed:
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

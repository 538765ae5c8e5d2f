"""What an exchange does when its return, or its hold, has moved. Subscribers call these."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import Goods, NoPrice, NoTaxRate
from exchanges.services.ending import call_off, let_expire
from exchanges.services.holding import hold_anew, wait_for_stock
from exchanges.services.owing import (
    GONE,
    become_sale,
    follow_late_goods,
    meet_with_goods,
)
from exchanges.services.paying_out import follow_credit, pay_out_rest
from exchanges.services.quoting import accept, make_quote
from exchanges.services.refusing import await_decision
from exchanges.services.releasing import advance, take_credit
from exchanges.services.timeline import Who, tell
from exchanges.services.wishing import follow_wish_locked
from exchanges.states import OVER, ExchangeState, ExchangeType
from inventory import services as inventory
from inventory.services import OutOfStock
from payments import queries as payments
from returns import services as returns
from returns.states import OVER as RETURN_OVER
from returns.states import ReturnState

S = ExchangeState
QUOTED = (S.DRAFT, S.QUOTED)


@requires_transaction
def follow_authorisation(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Confirm what waited for the lead's word, unless it would now cost the customer otherwise.

    The quote may have ended meanwhile; then one is made anew. Where that fails, or comes to
    another amount, the exchange stays with the agent, who talks to the customer.
    """
    for exchange in locks.lock_live_exchanges(return_id, actor=actor, now=now):
        if exchange.state in QUOTED:
            _confirm_if_unchanged(exchange, actor=actor, now=now, op_id=op_id)


def _confirm_if_unchanged(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    agreed = queries.get_quote(exchange)
    facts = queries.read_facts(exchange)
    if not rules.can_accept_quote(facts).allowed:
        try:
            with transaction.atomic():
                quote = make_quote(exchange, holds=facts.holds, **who)
        except (OutOfStock, NoPrice, NoTaxRate) as error:
            exchange.refresh_from_db(fields=["state", "price_policy"])
            exchange.newest_quote = agreed
            is_short = isinstance(error, OutOfStock)
            if is_short and follow_wish_locked(exchange, **who):
                if exchange.state == S.QUOTED:
                    accept(exchange, **who)
                return
            tell(exchange, "quote_failed", why=[error.code], **who)
            if is_short:
                wait_for_stock(exchange, **who)
            return
        inventory.stop_waiting(references=queries.list_references(exchange), is_held=True, **who)
        if agreed is not None and quote.due != agreed.due:
            exchange.save()
            return
    accept(exchange, **who)


@requires_transaction
def follow_accepted_goods(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The returned goods have passed: what waited for them leaves, with nobody's help.

    Where the replacement left before them, they pay for it now. Where nothing that was to be
    exchanged comes any more, what was held for it is free.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    for exchange in locks.lock_live_exchanges(return_id, actor=actor, now=now):
        if exchange.state in rules.BEFORE_RELEASE and not queries.list_exchanged_lines(exchange):
            _give_up(exchange, **who)
            continue
        if exchange.accepted_quote_id is None:
            continue
        is_regular = exchange.type == ExchangeType.REGULAR
        if exchange.state in rules.ACCEPTED or (is_regular and exchange.part_value is not None):
            advance(exchange, **who)
        else:
            take_credit(exchange, **who)
            if exchange.goods_accepted_at is not None:
                meet_with_goods(exchange, **who)
    follow_late_goods(return_id=return_id, **who)
    if Exchange.objects.filter(return_case=return_id, type=ExchangeType.ADVANCED).exists():
        follow_credit(return_id=return_id, **who)  # what they credit beyond the replacement


@requires_transaction
def follow_refused_goods(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Inspection refused goods: the replacement stays here until an agent has decided, and the
    charge for one that has left waits for that too.

    Were they others of the case, what they would have paid of it is due from the customer now.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    for exchange in locks.lock_live_exchanges(return_id, actor=actor, now=now):
        if queries.read_facts(exchange).goods == Goods.REFUSED:
            tell(exchange, "goods_refused", **who)
            await_decision(exchange, **who)
        elif exchange.state in rules.ACCEPTED:
            advance(exchange, **who)


@requires_transaction
def follow_ended_return(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A return that was rejected, cancelled or never sent takes its exchanges with it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    for exchange in locks.lock_live_exchanges(return_id, actor=actor, now=now):
        state = exchange.return_case.state
        rest = sum(line.rest for line in queries.list_lines(exchange))
        if exchange.state in GONE and exchange.type == ExchangeType.ADVANCED_PREPAID and not rest:
            become_sale(exchange, why="The goods never came back.", **who)
        if exchange.state not in rules.BEFORE_RELEASE:
            continue
        if state == ReturnState.EXPIRED:
            let_expire(exchange, **who)
        else:
            why = f"The return was {ReturnState(state).label.lower()}."
            _call_off(exchange, why=why, continues_return=False, **who)


@requires_transaction
def follow_settled_memo(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A case whose exchange is over waited for what we owed beyond it: with that paid it closes."""
    exchanges = Exchange.objects.filter(return_case=return_id).select_related("return_case")
    case = next((exchange.return_case for exchange in exchanges), None)
    if case is None or case.state != ReturnState.SETTLING:
        return
    is_over = all(exchange.state in OVER for exchange in exchanges)
    if is_over and payments.is_all_spent(reference(case)):
        returns.close_case(return_id=return_id, actor=actor, now=now, op_id=op_id)


@requires_transaction
def note_ended_hold(
    *, exchange_id: int, hold: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Say on the case that a hold ended unused, and queue up for the next units that are free.

    Staff are told, and one click holds it again where there is stock.
    """
    exchange = locks.lock_row(exchange_id)
    facts = queries.read_facts(exchange)
    if exchange.state in OVER or facts.holds.covers_all:
        return
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    # Of what the warehouse has it was a short pick, told as such.
    if exchange.state in rules.BEFORE_RELEASE or facts.waits_with_rest:
        tell(exchange, "hold_ended", hold=hold, **who)
    wait_for_stock(exchange, **who)
    if queries.find_second_wish(exchange, now=now) is not None:
        exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
        follow_wish_locked(exchange, **who)


@requires_transaction
def follow_woken_line(
    *,
    exchange_id: int,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Stock that a line waited for is free: what was agreed is held again by itself.

    Before the customer has agreed only the agent is told. Who finds the stock gone waits on.
    """
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    facts = queries.read_facts(exchange)
    if exchange.state in OVER or facts.holds.covers_all:
        inventory.stop_waiting(references=[reference], is_held=exchange.state not in OVER, **who)
    elif exchange.state not in QUOTED and rules.can_hold_again(facts).allowed:
        try:
            with transaction.atomic():
                hold_anew(exchange, holds=facts.holds, **who)
        except OutOfStock:
            exchange.refresh_from_db(fields=["state"])
            wait_for_stock(exchange, **who)
            follow_wish_locked(exchange, **who)
    else:
        tell(exchange, "stock_free", line=reference, **who)


def _give_up(exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """The goods were given up line by line; what else the case has goes on."""
    is_open = exchange.return_case.state not in RETURN_OVER
    why = "Nothing comes back that was to be exchanged."
    _call_off(exchange, why=why, continues_return=is_open, actor=actor, now=now, op_id=op_id)
    pay_out_rest(exchange.return_case, actor=actor, now=now, op_id=op_id)


def _call_off(
    exchange: Exchange,
    *,
    why: str,
    continues_return: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    call_off(
        exchange,
        because={"why": [why]},
        refund=queries.read_facts(exchange).captured,
        continues_return=continues_return,
        actor=actor,
        now=now,
        op_id=op_id,
    )

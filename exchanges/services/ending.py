"""Exchanges that end before anything left: the stock is free again in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.services.giving_back import give_money_back
from exchanges.services.shipments import withdraw_shipments
from exchanges.services.timeline import Who, tell
from fulfilment import services as fulfilment
from inventory import services as inventory
from inventory.states import ReleaseCause
from orders import services as orders
from payments import queries as payments
from returns import services as returns
from returns.states import ReturnState


@operation("exchange.cancel")
def cancel_exchange(
    *,
    exchange_id: int,
    version: int | None,
    continue_return: bool,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Call the exchange off until the warehouse has it; the goods may still come back for money.

    With `continue_return` the case goes on as a refund, if policy lets it, else it is cancelled
    too.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    verdict = rules.can_cancel(facts, continues_return=continue_return)
    verdict.require("The exchange cannot be cancelled.")
    _check_credit(exchange)
    plan = rules.plan_end(facts, continues_return=continue_return)
    case = exchange.return_case
    note = returns.keep_reason(
        case=case, about="exchange.cancel", reason=reason, actor=actor, now=now
    )
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if continue_return:
        returns.turn_into_refund(case=case, **who)
    else:
        returns.cancel_locked(case=case, note=note, **who)
    call_off(
        exchange,
        because={"note": note.pk},
        refund=plan.refund,
        continues_return=continue_return,
        **who,
    )
    close_what_is_settled(exchange, **who)
    return exchange


@operation("exchange.convert_to_refund")
def convert_to_refund(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    as_store_credit: bool = False,
) -> Exchange:
    """The customer wants money instead; it is paid when the goods have passed inspection.

    `as_store_credit`: they take credit for a later order. What was paid for the replacement goes
    back to where it came from either way. Policy is asked about it, see `returns.ask_exception`.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    note = returns.keep_reason(
        case=exchange.return_case,
        about="exchange.convert_to_refund",
        reason=reason,
        actor=actor,
        now=now,
    )
    convert_locked(
        exchange, note=note.pk, as_store_credit=as_store_credit, actor=actor, now=now, op_id=op_id
    )
    close_what_is_settled(exchange, actor=actor, now=now, op_id=op_id)
    return exchange


@requires_transaction
def convert_locked(
    exchange: Exchange,
    *,
    note: int | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    as_store_credit: bool = False,
    why: str = "",
    asks_policy: bool = True,
) -> None:
    """`convert_to_refund` of an exchange that is locked; the caller sees whether the case is over.

    `note` is the id of what a person gave as the reason, `why` the desk's own.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    facts = queries.read_facts(exchange)
    rules.can_convert_to_refund(facts).require("The exchange cannot become a refund.")
    _check_credit(exchange)
    plan = rules.plan_end(facts, continues_return=True)
    quote = queries.get_quote(exchange)
    returns.turn_into_refund(
        case=exchange.return_case,
        as_store_credit=as_store_credit,
        asks_policy=asks_policy,
        **who,
    )
    give_money_back(exchange, amount=plan.refund, reason="converted", **who)
    free_goods(exchange, cause=ReleaseCause.REFUND, **who)
    exchange.convert_to_refund()
    exchange.ended_at = now
    exchange.save()
    due = str(-quote.returned_value) if quote else "0"
    tell(
        exchange,
        "converted_to_refund",
        **({"note": note} if note else {"why": [why]}),
        due=due,
        as_store_credit=as_store_credit,
        **who,
    )


@requires_transaction
def call_off(
    exchange: Exchange,
    *,
    because: Mapping[str, Any],
    continues_return: bool,
    refund: Decimal,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Cancel the exchange itself, whatever becomes of its return; `refund` goes back.

    `because` is what the event says: a person's ``note``, or the desk's own words as ``why``.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    give_money_back(exchange, amount=refund, reason="cancelled", **who)
    free_goods(exchange, cause=ReleaseCause.CANCELLED, **who)
    exchange.cancel()
    exchange.ended_at = now
    exchange.save()
    tell(exchange, "cancelled", continues_return=continues_return, **because, **who)


@requires_transaction
def let_expire(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The goods never came: nothing is sent, and what was paid for it goes back."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    paid = queries.read_facts(exchange).captured
    give_money_back(exchange, amount=paid, reason="expired", **who)
    free_goods(exchange, cause=ReleaseCause.CANCELLED, **who)
    exchange.expire()
    exchange.ended_at = now
    exchange.save()
    tell(exchange, "expired", **who)


@requires_transaction
def free_goods(
    exchange: Exchange,
    *,
    cause: ReleaseCause,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Parcels, order and hold of an exchange that will not happen, in the order of the locks."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    withdraw_shipments(exchange, **who)
    fulfilment.cancel_work_order(reference=reference(exchange), **who)
    if exchange.replacement_order_id is not None:
        orders.cancel_order(order_id=exchange.replacement_order_id, **who)
    references = queries.list_references(exchange)
    inventory.release(references=references, cause=cause, **who)
    inventory.stop_waiting(references=references, **who)


def _check_credit(exchange: Exchange) -> None:
    """What was brought back may have its credit in the new order already: that is not undone."""
    came_back = any(line.came_back for line in queries.list_lines(exchange))
    if came_back and queries.sum_applied_credit(exchange):
        raise ActionBlocked(
            "The credit is in the new order already: deliver it, and exchange it again."
        )


def close_what_is_settled(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """A case whose goods were refused owes nothing; without its exchange it is over."""
    if exchange.return_case.state != ReturnState.SETTLING:
        return
    if payments.is_all_spent(exchange.case):
        returns.close_case(return_id=exchange.return_case_id, actor=actor, now=now, op_id=op_id)

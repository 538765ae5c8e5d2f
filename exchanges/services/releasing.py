"""From accepted to the warehouse: what an exchange does by itself once nothing is in the way."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.money import ZERO
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import ExchangeFacts, Goods
from exchanges.services.crediting import apply_credit
from exchanges.services.owing import become_sale, finish_kept_sale, owe_goods
from exchanges.services.parting import give_up_rest, mark_released, release_part
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState, ExchangeType
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import UNDER_WAY, ShipmentState
from inventory import services as inventory
from orders import services as orders
from payments import queries as payments_queries
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


@operation("exchange.drop_rest")
def drop_rest(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Send no more of what goes out part by part; goods that still come are paid for in money."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_drop_rest(facts).require("Its rest cannot be given up.")
    note = returns.keep_reason(
        case=exchange.return_case, about="exchange.drop_rest", reason=reason, actor=actor, now=now
    )
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if not facts.is_parted:
        exchange.part_value = facts.part_value
    give_up_rest(exchange, due=facts.part_due, note=note.pk, **who)
    if not facts.is_parted:
        owe_goods(exchange, **who)  # waived when the rest came back
        if not queries.plan_visit(exchange, queries.read_facts(exchange)):
            fulfilment.cancel_work_order(reference=reference(exchange), **who)
    arrive(exchange, **who)
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
        if facts.part is None:
            _release(exchange, actor=actor, now=now, op_id=op_id)
        else:
            release_part(exchange, facts.part, **who)
    elif facts.waits_with_rest:
        _follow_with_rest(exchange, facts, **who)


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


@requires_transaction
def _follow_with_rest(
    exchange: Exchange,
    facts: ExchangeFacts,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Send what the goods that have come since pay for; give up what waits in vain."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    part = facts.part
    if part is None:
        if not facts.is_parted and rules.can_release(facts).allowed:
            _release_rest(exchange, **who)
        return
    if part.units and rules.can_release(facts).allowed:
        release_part(exchange, part, **who)
    if part.is_end and part.stays:
        give_up_rest(exchange, due=part.due, **who)
        arrive(exchange, **who)


@requires_transaction
def _release_rest(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What a crew brought back of it goes to the warehouse anew; credit that is missing with it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    apply_credit(exchange, **who)
    released = _release_parcels(exchange, **who)
    inventory.commit(references=queries.list_resting(exchange), **who)
    rest = sum(line.rest for line in queries.list_lines(exchange))
    mark_released(exchange)
    tell(exchange, "released", shipments=released, units=rest, **who)


@requires_transaction
def _release_parcels(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[int]:
    released = []
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state == ShipmentState.PLANNED:
            fulfilment.release_shipment(shipment_id=shipment.pk, actor=actor, now=now, op_id=op_id)
            released.append(shipment.pk)
    return released


@requires_transaction
def arrive(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Where nothing is left to send and all that was has arrived, the replacement is delivered."""
    if exchange.state != S.IN_TRANSIT or queries.has_parcels(exchange, UNDER_WAY):
        return
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    assert exchange.replacement_order_id is not None
    orders.mark_order_delivered(order_id=exchange.replacement_order_id, **who)
    exchange.deliver()
    exchange.save()
    last = parcels.list_shipments(reference(exchange))[-1]
    tell(exchange, "delivered", shipment=last.pk, **who)
    if finish_kept_sale(exchange, **who):
        return
    if exchange.type == ExchangeType.ADVANCED_PREPAID and _is_in_vain(exchange):
        become_sale(exchange, why="The goods never came back.", **who)
        return
    complete(exchange, **who)


def _is_in_vain(exchange: Exchange) -> bool:
    """Its return was over before the last of it had arrived."""
    is_awaited = exchange.goods_accepted_at is None
    return is_awaited and exchange.return_case.state in rules.ENDED_RETURN


def _release(exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """Credit, parcels, stock: in the order of the locks. From here on nothing is cancelled."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    apply_credit(exchange, actor=actor, now=now, op_id=op_id)
    released = _release_parcels(exchange, **who)
    inventory.commit(references=queries.list_references(exchange), **who)
    mark_released(exchange)
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

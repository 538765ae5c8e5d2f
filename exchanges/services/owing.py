"""Goods that are owed for a replacement that left before them: till they come, or are paid for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import Goods
from exchanges.services.crediting import apply_credit
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState, ExchangeType
from payments import queries as payments_queries
from payments import services as payments
from payments.states import Debtor, ObligationKind, ObligationState
from policies.rules import local_day
from returns import services as returns

S = ExchangeState
KEPT = "exchange.convert_to_sale"
GONE = (S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED)


@requires_transaction
def owe_goods(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The replacement leaves first: its goods are due by a day, and are waited for beyond that.

    A pre-paid one owes us nothing: if its goods never come, it was a sale.
    """
    case = exchange.return_case
    if exchange.type == ExchangeType.REGULAR or exchange.goods_accepted_at is not None:
        return
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    terms = queries.get_advanced_terms(exchange)
    today = local_day(now, case.channel.time_zone)
    due_on = today + dt.timedelta(days=terms.return_by_days)
    last = due_on + dt.timedelta(days=terms.grace_days + terms.late_days)
    returns.await_until(case=case, day=last, **who)
    if exchange.type != ExchangeType.ADVANCED:
        return
    _owe(
        exchange,
        kind=ObligationKind.GOODS,
        amount=sum_owed(exchange),
        due_on=due_on,
        opened_on=today,
        grace_days=terms.grace_days,
        reminder_days=terms.reminder_days,
        **who,
    )


@requires_transaction
def meet_with_goods(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The goods are here: nothing is owed for them, and the card is free.

    What they are worth less than was reckoned with is owed in money, once, and charged like it.
    """
    if exchange.type != ExchangeType.ADVANCED:
        return
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    subject = reference(exchange)
    payments.meet_obligation(subject=subject, kind=ObligationKind.GOODS, **who)
    payments.release_card_hold(purpose=subject, **who)
    missing = sum_owed(exchange) - queries.sum_applied_credit(exchange)
    asked = payments_queries.find_obligation(subject=subject, kind=ObligationKind.MONEY)
    if missing > 0 and asked is None:
        today = local_day(now, exchange.return_case.channel.time_zone)
        _owe(
            exchange,
            kind=ObligationKind.MONEY,
            amount=missing,
            due_on=today,
            opened_on=today,
            grace_days=0,
            reminder_days=(),
            **who,
        )


@requires_transaction
def follow_charge(
    *, exchange_id: int, why: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The goods never came and were paid for, or given up: the replacement was a sale."""
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    if exchange.state not in GONE or exchange.goods_accepted_at is not None:
        return
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    payments.release_card_hold(purpose=reference(exchange), **who)
    become_sale(exchange, why=why, **who)


@requires_transaction
def become_sale(
    exchange: Exchange, *, why: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    exchange.convert_to_sale()
    exchange.ended_at = now
    exchange.save()
    tell(exchange, "converted_to_sale", why=[why], actor=actor, now=now, op_id=op_id)


@requires_transaction
def finish_kept_sale(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """What was paid for in full has arrived, and the old goods stay where they are.

    Says whether it is a sale: where the goods have come after all, it goes on as an exchange.
    """
    case = exchange.return_case
    if exchange.kept_at is None or case.state not in rules.ON_THEIR_WAY:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    note = case.notes.filter(about=KEPT).latest("pk")
    returns.drop_exchanged(case=case, note=note, **who)
    become_sale(exchange, why="The customer keeps the goods, and has paid in full.", **who)
    return True


@requires_transaction
def follow_late_goods(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Goods came after they were charged, in the days that policy still takes them (S15).

    Their credit pays for the replacement after all, and as much of the charge goes back.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    sold = Exchange.objects.filter(
        return_case=return_id,
        state=S.CONVERTED_TO_SALE,
        type=ExchangeType.ADVANCED,
        goods_accepted_at=None,
    )
    for exchange_id in sold.order_by("pk").values_list("pk", flat=True):
        exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
        if queries.read_facts(exchange).goods == Goods.ACCEPTED:
            _take_late(exchange, **who)


def _take_late(exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    exchange.goods_accepted_at = now
    exchange.save()
    apply_credit(exchange, **who)
    credit = queries.sum_applied_credit(exchange)
    tell(exchange, "taken_late", amount=str(credit), **who)
    owed = payments_queries.find_obligation(subject=reference(exchange), kind=ObligationKind.GOODS)
    if owed is not None and owed.state == ObligationState.CHARGED and credit > 0:
        payments.return_charge(obligation_id=owed.pk, amount=credit, **who)


def sum_owed(exchange: Exchange) -> Decimal:
    """What has left on the credit of goods that are still to come."""
    quote = exchange.accepted_quote
    assert quote is not None  # nothing leaves without one
    if exchange.part_value is None:
        return quote.applied_credit
    return min(quote.applied_credit, exchange.part_value)


def _owe(
    exchange: Exchange,
    *,
    kind: str,
    amount: Decimal,
    due_on: dt.date,
    opened_on: dt.date,
    grace_days: int,
    reminder_days: Sequence[int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """A debt of the customer's, to be charged to the first card on file, if there is one."""
    card = next(iter(queries.list_payment_methods(exchange)), None)
    payments.open_obligation(
        partner_id=exchange.partner_id,
        case=exchange.case,
        subject=reference(exchange),
        kind=kind,
        owed_by=Debtor.CUSTOMER,
        customer_id=exchange.return_case.customer_id,
        order_id=exchange.replacement_order_id,
        payment_method_id=card.pk if card else None,
        amount=amount,
        currency=exchange.return_case.currency,
        due_on=due_on,
        opened_on=opened_on,
        grace_days=grace_days,
        reminder_days=reminder_days,
        actor=actor,
        now=now,
        op_id=op_id,
    )

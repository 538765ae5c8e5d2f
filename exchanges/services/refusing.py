"""Goods that came for a replacement that has left already, and were refused at inspection.

Nothing is charged by itself then: an agent decides whether the customer pays for what was refused
or keeps the replacement all the same, and says why. Above their limit a second person agrees.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from approvals import queries as approval_queries
from approvals import services as approvals
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import reference
from core.operations import content_hash, operation
from core.transactions import requires_transaction
from exchanges import locks, queries
from exchanges.models import Exchange
from exchanges.services.crediting import apply_credit
from exchanges.services.owing import GONE, become_sale, sum_owed
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeType
from payments import queries as payments_queries
from payments import services as payments
from payments.models import Obligation
from payments.states import ObligationKind
from policies.rules import local_day
from returns import services as returns
from returns.queries import find_refund_limits

CHARGE, WAIVE = "charge_refused", "waive_refused"


@requires_transaction
def await_decision(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What is owed for a replacement that has left waits for a person's word."""
    if exchange.type == ExchangeType.ADVANCED and exchange.state in GONE:
        payments.await_decision(
            subject=reference(exchange),
            kind=ObligationKind.GOODS,
            actor=actor,
            now=now,
            op_id=op_id,
        )


@operation("exchange.decide_refused")
def decide_refused_goods(
    *,
    exchange_id: int,
    version: int | None,
    charges: bool,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Charge what was refused, or let it be. Above the person's limit it is put up for approval."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    owed = queries.find_refused_debt(exchange)
    if owed is None:
        raise ActionBlocked("Nothing that was refused waits for a decision.")
    case = exchange.return_case
    note = returns.keep_reason(
        case=case, about="exchange.decide_refused", reason=reason, actor=actor, now=now
    )
    case.save()
    missing = _sum_missing(exchange)
    kind = CHARGE if charges else WAIVE
    tell(
        exchange,
        "refused_goods_decided",
        decision=kind,
        amount=str(missing),
        note=note.pk,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    may_alone = payments_queries.judge_refund(
        amount=missing, currency=owed.currency, actor=actor, limits=find_refund_limits(case)
    )
    if may_alone:
        _settle(exchange, owed, charges=charges, actor=actor, now=now, op_id=op_id)
        return exchange
    approvals.put_up(
        partner_id=exchange.partner_id,
        subject=reference(owed),
        case=exchange.case,
        kind=kind,
        content_hash=_hash(owed, kind, missing),
        summary="Refused goods are charged" if charges else "Refused goods are let be",
        amount=missing,
        currency=owed.currency,
        actor=actor,
        op_id=op_id,
        now=now,
    )
    return exchange


@requires_transaction
def follow_refused_decision(
    *, obligation_id: int, kind: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A second person agreed to what an agent decided, if it is still the same."""
    subject = Obligation.objects.values_list("subject", flat=True).get(pk=obligation_id)
    exchange = locks.lock_exchange(
        int(subject.removeprefix("exchange:")), version=None, actor=actor, now=now
    )
    owed = queries.find_refused_debt(exchange)
    if owed is None or owed.pk != obligation_id:
        return
    wanted = _hash(owed, kind, _sum_missing(exchange))
    if approval_queries.is_approved(subject=reference(owed), content_hash=wanted):
        _settle(exchange, owed, charges=kind == CHARGE, actor=actor, now=now, op_id=op_id)


def _settle(
    exchange: Exchange,
    owed: Obligation,
    *,
    charges: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """What passed pays its part of the replacement; the rest is charged, or nobody asks for it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    apply_credit(exchange, **who)
    missing = _sum_missing(exchange)
    if charges and missing > 0:
        zone = exchange.return_case.channel.time_zone
        payments.charge_now(
            obligation_id=owed.pk, amount=missing, today=local_day(now, zone), **who
        )
        return
    subject = reference(exchange)
    payments.waive_obligation(subject=subject, kind=ObligationKind.GOODS, **who)
    payments.release_card_hold(purpose=subject, **who)
    become_sale(exchange, why="The refused goods were let be.", **who)


def _sum_missing(exchange: Exchange) -> Decimal:
    """What of the replacement nothing has paid: neither credit that was given nor that is due."""
    unspent = sum(
        (memo.unspent for memo in payments_queries.list_issued(exchange.case)), Decimal(0)
    )
    left = sum_owed(exchange) - queries.sum_applied_credit(exchange)
    return max(left - unspent, Decimal(0))


def _hash(owed: Obligation, kind: str, amount: Decimal) -> str:
    return content_hash(
        {"obligation": owed.pk, "decision": kind, "amount": f"{amount.normalize():f}"}
    )

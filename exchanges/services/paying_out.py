"""What a case credits beside its exchange is paid out; the exchange keeps what it needs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q

from core.actors import Actor
from core.money import ZERO
from core.transactions import requires_transaction
from exchanges import locks, queries
from exchanges.models import Exchange
from exchanges.rules import BEFORE_RELEASE
from exchanges.states import ExchangeState, ExchangeType
from payments import queries as payments
from returns import services as returns
from returns.models import Return

S = ExchangeState
ON_CREDIT = (S.RELEASING, S.PARTLY_SHIPPED, S.IN_TRANSIT, S.DELIVERED, S.CONVERTED_TO_SALE)


@requires_transaction
def follow_credit(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay out what was credited of a case, but for what its exchanges have yet to use.

    What its own lines credit waits until it is released, and what they credit beyond it goes out
    then. Of lines that are refunded beside it the difference waits too where policy nets, else
    nothing. Cases that exchange nothing pay out by themselves.
    """
    case = _lock_owing_case(return_id, actor=actor, now=now)
    if case is not None:
        pay_out_rest(case, actor=actor, now=now, op_id=op_id)


@requires_transaction
def pay_out_rest(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay out what no exchange of a locked case keeps; what one kept and needs no more goes too."""
    returns.pay_out(case, kept=_sum_kept(case), actor=actor, now=now, op_id=op_id)


def _lock_owing_case(return_id: int, *, actor: Actor, now: dt.datetime) -> Return | None:
    """The case, locked after its exchanges; None where it exchanges nothing, or owes nothing.

    What it owes is looked at before the lock, which would make every open screen stale.
    """
    if not Exchange.objects.filter(return_case=return_id).exists():
        return None
    if not any(memo.unspent for memo in payments.list_issued(f"return:{return_id}")):
        return None
    live = locks.lock_live_exchanges(return_id, actor=actor, now=now)
    if live:
        return live[0].return_case
    return returns.lock_case(return_id=return_id, version=None, actor=actor, now=now)


def _sum_kept(case: Return) -> Decimal:
    """Issued credit that an exchange has yet to use: all of its own lines', and the difference.

    What left before its goods uses it once they are all accepted, also where it was charged; of
    what goes out part by part the rest has yet to use it.
    """
    of_case = Exchange.objects.filter(return_case=case)
    rests = Exchange.objects.filter(
        return_case=case,
        part_value__isnull=False,
        state__in=ON_CREDIT,
        lines__quantity__gt=F("lines__released") + F("lines__dropped"),
    )
    is_owed = Q(type=ExchangeType.ADVANCED, state__in=ON_CREDIT, goods_accepted_at=None)
    waiting = list(of_case.filter(state__in=BEFORE_RELEASE))
    if not waiting and not of_case.filter(is_owed | Q(pk__in=rests)).exists():
        return ZERO
    return queries.sum_own_credit(case) + sum((_sum_missing(one, case) for one in waiting), ZERO)


def _sum_missing(exchange: Exchange, case: Return) -> Decimal:
    """What of the difference nobody has paid: it stays here as soon as the case has it."""
    exchange.return_case = case
    quote = queries.get_quote(exchange)
    if quote is None or not quote.is_netted:
        return ZERO
    return max(quote.needed - queries.read_facts(exchange).captured, ZERO)

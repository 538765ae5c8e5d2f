"""What a case credits beside its exchange is paid out; the exchange keeps what is its own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum

from core.actors import Actor
from core.events import reference
from core.money import ZERO
from core.transactions import requires_transaction
from exchanges import locks
from exchanges.models import Exchange
from exchanges.rules import BEFORE_RELEASE
from exchanges.services.owing import GONE
from exchanges.states import ExchangeState, ExchangeType
from payments import queries as payments
from payments.models import CreditMemoLine
from payments.states import MemoState
from returns import services as returns
from returns.models import Return
from returns.queries import read_lines
from returns.states import Outcome

ON_CREDIT = (*GONE, ExchangeState.CONVERTED_TO_SALE)


@requires_transaction
def follow_credit(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay out what was credited of a case, but for what its exchanges have yet to use.

    Lines that are refunded beside an exchange do not wait for it; what its own lines credit waits
    until it is released, and what they credit beyond it goes out then. Cases that exchange nothing
    pay out by themselves.
    """
    case = _lock_owing_case(return_id, actor=actor, now=now)
    if case is not None:
        kept = _sum_own_credit(case)
        returns.pay_out(case, kept=kept, actor=actor, now=now, op_id=op_id)


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


def _sum_own_credit(case: Return) -> Decimal:
    """Issued credit of the lines whose exchange has yet to use it: all of it may be needed.

    What left before its goods uses it once they are all accepted, also where it was charged.
    """
    of_case = Exchange.objects.filter(return_case=case)
    is_owed = Q(type=ExchangeType.ADVANCED, state__in=ON_CREDIT, goods_accepted_at=None)
    if not of_case.filter(Q(state__in=BEFORE_RELEASE) | is_owed).exists():
        return ZERO
    lines = [reference(line) for line in read_lines(case) if line.outcome == Outcome.EXCHANGE]
    issued = CreditMemoLine.objects.filter(memo__case=reference(case), reference__in=lines)
    credited = issued.exclude(memo__state=MemoState.DRAFT).aggregate(total=Sum("gross"))["total"]
    applied = sum((memo.applied for memo in payments.list_issued(reference(case))), ZERO)
    return max((credited or ZERO) - applied, ZERO)

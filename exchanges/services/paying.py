"""What credit a case owes beyond its exchange, paid out."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange
from returns import services as returns


@requires_transaction
def pay_out_rest(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Pay out what issued memos owe and the exchange does not need; its case is locked."""
    returns.pay_out(
        exchange.return_case,
        kept=queries.compute_credit_kept(exchange),
        actor=actor,
        now=now,
        op_id=op_id,
    )

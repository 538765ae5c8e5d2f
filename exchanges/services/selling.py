"""The customer keeps the old goods and the new ones: what was an exchange is a sale."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.services.owing import KEPT, become_sale
from exchanges.services.quoting import revise
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeType
from payments import services as payments
from payments.states import ObligationKind
from returns import services as returns


@operation("exchange.convert_to_sale")
def convert_to_sale(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """The customer keeps the old goods as well, and says so before they are due.

    Of what has left, what is owed for the old goods is charged at once, by its one try; with the
    money it is a sale. What was paid in full is one now, and its return is over. What has yet to
    leave is quoted anew, in full and paid first, and is a sale once it has arrived. Raises
    ActionBlocked, OutOfStock, NoPrice, NoTaxRate, StaleVersion.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_convert_to_sale(facts).require("It cannot become a sale.")
    case = exchange.return_case
    note = returns.keep_reason(case=case, about=KEPT, reason=reason, actor=actor, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if exchange.state in rules.ACCEPTED:
        # From here on as one that is pre-paid: all of it is captured before anything leaves.
        exchange.type, exchange.kept_at = ExchangeType.ADVANCED_PREPAID, now
        tell(exchange, "kept_by_customer", note=note.pk, **who)
        revise(exchange, holds=facts.holds, **who)
        payments.release_card_hold(purpose=reference(exchange), **who)
    elif exchange.type == ExchangeType.ADVANCED_PREPAID:
        returns.drop_exchanged(case=case, note=note, **who)
        become_sale(exchange, why="The customer keeps the goods.", **who)
    else:
        payments.charge_obligation(subject=reference(exchange), kind=ObligationKind.GOODS, **who)
        tell(exchange, "kept_by_customer", note=note.pk, **who)
    return exchange

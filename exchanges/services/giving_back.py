"""Money that was collected for an exchange and goes back, by the way that it came."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges.models import Exchange
from exchanges.rules import ExchangeFacts
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeType
from payments import queries as payments_queries
from payments import services as payments


@requires_transaction
def give_money_back(
    exchange: Exchange,
    *,
    amount: Decimal,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Refund `amount` of what was collected for it, and let go of a card hold.

    What was paid by other means than through here stands on the case for a person to settle.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    purpose = reference(exchange)
    payments.withdraw_requests(purpose=purpose, **who)
    if exchange.type == ExchangeType.ADVANCED:
        payments.release_card_hold(purpose=purpose, **who)
    if amount <= 0:
        return
    refundable = min(amount, payments_queries.get_money(purpose).kept)
    if refundable > 0:
        payments.refund_payment(purpose=purpose, amount=refundable, reason=reason, **who)
        tell(exchange, "payment_returned", amount=str(refundable), reason=reason, **who)


@requires_transaction
def return_surplus(
    exchange: Exchange,
    facts: ExchangeFacts,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """A new quote asks for less than was paid: the rest goes back."""
    if facts.captured > facts.needed:
        give_money_back(
            exchange,
            amount=facts.captured - facts.needed,
            reason="quote_changed",
            actor=actor,
            now=now,
            op_id=op_id,
        )

"""Money for an exchange: asked of the customer, heard of, and given back when nothing leaves."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.services.paying_out import pay_out_rest
from exchanges.services.releasing import advance
from exchanges.services.timeline import Who, tell
from inventory import services as inventory
from payments import services as payments
from payments.models import MoneyOperation
from payments.states import OperationKind

# How long a hold outlives its end for a payment on its way; the hold rules may allow less.
GRACE = dt.timedelta(minutes=10)


@operation("exchange.collect")
def collect_payment(
    *,
    exchange_id: int,
    version: int | None,
    payment_method_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Charge what is still to be paid to a card on file of this customer.

    The hold gets its grace first: where it is over, nobody is charged. Raises `ActionBlocked`,
    `HoldEnded`, and what `payments.services.collect` raises.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_collect(facts).require("The card is not charged.")
    method = queries.get_payment_method(exchange, payment_method_id)
    quote = exchange.accepted_quote
    assert quote is not None  # it could not be collected for otherwise
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    payments.withdraw_requests(purpose=reference(exchange), **who)
    for ask, amount in (
        (payments.collect, facts.missing),
        (payments.hold_card, facts.card_hold - facts.authorised),
    ):
        if amount > 0:
            asked = ask(
                partner_id=exchange.partner_id,
                case=exchange.case,
                purpose=reference(exchange),
                order_id=exchange.replacement_order_id,
                amount=amount,
                currency=quote.currency,
                payment_method_id=method.pk,
                **who,
            )
            _keep_the_hold(exchange, asked, **who)
    return exchange


def _keep_the_hold(
    exchange: Exchange,
    asked: MoneyOperation,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Stock does not lapse while the provider is asked; where it has, nobody is asked at all."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    inventory.grant_grace(
        references=queries.list_references(exchange), payment=asked.public_id, for_=GRACE, **who
    )
    what = "charged" if asked.kind == OperationKind.CAPTURE else "card_held"
    tell(exchange, what, operation=asked.public_id, amount=str(asked.amount), **who)


@requires_transaction
def follow_money(
    *,
    exchange_id: int,
    payment: str,
    is_over: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """A payment for it went through, did not, or is lost from sight; `is_over`: it is settled."""
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if exchange.state in rules.ACCEPTED:
        advance(exchange, **who)
        if exchange.accepted_quote and exchange.accepted_quote.is_netted:
            pay_out_rest(exchange.return_case, **who)  # what was kept for what is paid now
    if is_over:
        inventory.end_grace(references=queries.list_references(exchange), payment=payment, **who)

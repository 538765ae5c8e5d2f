"""The customer's money for an exchange: charged on a card on file, or asked for by a link.

The hold comes first: a payment that would come too late for the goods is refused before anybody
is charged, and while one is on its way the goods stay.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core import clock
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from core.verdicts import Verdict
from exchanges import locks, queries, rules
from exchanges.models import Exchange, Quote
from exchanges.services.timeline import Who
from inventory import services as inventory
from payments import queries as payment_queries
from payments import services as payments
from payments.states import OperationKind

# A provider answers within seconds; what is unknown then is found out within minutes.
GRACE = dt.timedelta(minutes=10)
LONGEST_LINK = dt.timedelta(days=7)


@operation("exchange.collect_due", formerly="exchange.collect")
def collect_due(
    *,
    exchange_id: int,
    payment_method_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Charge what is still due on a card on file, while the goods are held for it."""
    exchange, quote, left = _read_due(exchange_id, version, actor, now)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    purpose = reference(exchange)
    inventory.grant_grace(
        references=queries.list_references(exchange), payment=purpose, for_=GRACE, **who
    )
    payments.withdraw_requests(purpose=purpose, **who)
    payments.collect(
        partner_id=exchange.partner_id,
        case=exchange.case,
        purpose=purpose,
        order_id=exchange.replacement_order_id,
        amount=left,
        currency=quote.currency,
        payment_method_id=payment_method_id,
        **who,
    )
    return exchange


@operation("exchange.send_payment_link")
def send_payment_link(
    *, exchange_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """Ask the customer for what is still due by a link that ends with the hold.

    Where nothing is, for what is to be held on a card until the goods are back.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    quote, facts = queries.get_quote(exchange), queries.read_facts(exchange)
    left = _count_left(exchange, facts)
    wanted = left if left > 0 else facts.card_hold - facts.authorised
    _require(rules.can_send_link(facts), wanted)
    assert quote is not None
    assert exchange.replacement_order_id is not None
    payments.request_payment(
        partner_id=exchange.partner_id,
        case=exchange.case,
        purpose=reference(exchange),
        order_id=exchange.replacement_order_id,
        kind=OperationKind.CAPTURE if left > 0 else OperationKind.AUTHORISE,
        amount=wanted,
        currency=quote.currency,
        customer_id=exchange.return_case.customer_id,
        content_hash=quote.content_hash,
        expires_at=_end_of_hold(exchange),
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return exchange


@requires_transaction
def end_grace_of_payment(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The payment is settled, one way or the other: goods that it alone kept are free."""
    exchange = Exchange.objects.get(pk=exchange_id)
    if not payment_queries.get_money(reference(exchange)).in_flight:
        inventory.end_grace(
            references=queries.list_references(exchange),
            payment=reference(exchange),
            actor=actor,
            now=now,
            op_id=op_id,
        )


def _read_due(
    exchange_id: int, version: int | None, actor: Actor, now: dt.datetime
) -> tuple[Exchange, Quote, Decimal]:
    """The locked exchange, its quote, and what is still to be paid before anything leaves."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    quote, facts = queries.get_quote(exchange), queries.read_facts(exchange)
    left = _count_left(exchange, facts)
    _require(rules.can_collect(facts), left)
    assert quote is not None
    return exchange, quote, left


def _count_left(exchange: Exchange, facts: rules.ExchangeFacts) -> Decimal:
    kept: Decimal = payment_queries.get_money(reference(exchange)).kept
    return facts.needed - facts.netted - kept


def _require(verdict: Verdict, left: Decimal) -> None:
    Verdict.of(
        *verdict.reasons,
        None if left > 0 else "Nothing is left to pay.",
    ).require("No payment can be taken for this exchange.")


def _end_of_hold(exchange: Exchange) -> dt.datetime:
    """The first hold to end ends the link; goods that are handed over have no end."""
    longest = clock.database_now() + LONGEST_LINK
    ends = [
        hold.expires_at
        for hold in queries.list_holds(exchange)
        if hold.state == "active" and hold.expires_at is not None
    ]
    end = min([*ends, longest])
    if end <= clock.database_now():
        raise ActionBlocked("The hold has ended: hold the stock again first.")
    return end

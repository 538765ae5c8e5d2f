"""The second person's yes to a quote: asked for, and heard."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.events import reference
from core.money import Money
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange, Quote
from exchanges.rules import Assent, Deviation
from exchanges.services.releasing import advance
from exchanges.services.timeline import Who

WORDS = {
    Deviation.UPGRADE: "Upgrade",
    Deviation.DOWNGRADE: "Downgrade",
    Deviation.MANUAL_PRICE: "Price agreed by hand",
    Deviation.OTHER_CURRENCY: "Priced in another currency",
}


@operation("exchange.ask_approval")
def ask_approval(
    *, exchange_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """Put the quote up once more, after a no or after a request that nobody decided."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_ask_approval(queries.read_facts(exchange)).require("Nobody is asked.")
    quote = exchange.accepted_quote
    assert quote is not None  # the state says so
    _put_up(exchange, quote, actor=actor, now=now, op_id=op_id)
    return exchange


@requires_transaction
def ask_for_approval(
    exchange: Exchange,
    quote: Quote,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Assent:
    """Ask for the quote as it is, where it needs that and nobody has been asked yet."""
    assent = queries.get_assent(exchange, quote)
    if assent != Assent.MISSING:
        return assent
    _put_up(exchange, quote, actor=actor, now=now, op_id=op_id)
    return Assent.ASKED


@requires_transaction
def follow_decision(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Somebody decided, or the request lapsed: a yes lets the exchange go on by itself."""
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    if exchange.state in rules.ACCEPTED:
        advance(exchange, actor=actor, now=now, op_id=op_id)


def _put_up(
    exchange: Exchange, quote: Quote, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> Approval:
    """Whoever made the quote asks, also where the desk confirms it in their stead.

    They edited it last as well, so neither they nor whoever confirmed it can say yes.
    """
    asked = quote.inputs["approval"]
    maker = _actor_of(quote.made_by)
    asking = actor if actor.user_id is not None else maker
    who: Who = {"actor": asking, "now": now, "op_id": op_id}
    due = Money(abs(quote.due), quote.currency).format("en")
    who_pays = "the customer pays" if quote.due > 0 else "we refund"
    return approvals.put_up(
        partner_id=exchange.partner_id,
        subject=reference(exchange),
        case=exchange.case,
        kind=quote.approval_kind,
        content_hash=quote.content_hash,
        summary=f"{WORDS[Deviation(quote.approval_kind)]}, {exchange.number}: {who_pays} {due}",
        amount=Decimal(asked["amount"]),
        currency=quote.currency,
        last_edited_by_id=maker.user_id,
        **who,
    )


def _actor_of(ref: str) -> Actor:
    kind, _, key = ref.partition(":")
    return Actor(kind, key)  # type: ignore[arg-type]

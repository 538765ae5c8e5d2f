"""Quotes: made, confirmed, and let go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from approvals import services as approvals
from core.actors import Actor
from core.events import reference
from core.operations import operation
from core.transactions import opens_transaction, requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange, Quote
from exchanges.rules import Goods, WantedReplacement
from exchanges.services.assent import ask_for_approval
from exchanges.services.backordering import promise_rest
from exchanges.services.giving_back import return_surplus
from exchanges.services.holding import hold_stock, wait_for_stock
from exchanges.services.ordering import register_replacement
from exchanges.services.paying_out import pay_out_rest
from exchanges.services.releasing import advance, move_on
from exchanges.services.shipments import plan_shipments, withdraw_shipments
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from inventory import services as inventory
from inventory.states import ReleaseCause
from payments import services as payments
from returns.models import ReturnLine


@operation("exchange.quote")
def quote_exchange(
    *,
    exchange_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    replacements: Sequence[WantedReplacement] | None = None,
) -> Exchange:
    """Quote anew, for the same replacement or for others, and hold the stock for it.

    What was confirmed before is confirmed again as it is now; an approval of the old quote is
    void. Raises `OutOfStock`, `NoPrice`, `NoTaxRate`, `BadInput`; then nothing has changed.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_quote(facts).require("No new quote can be made.")
    revise(
        exchange, holds=facts.holds, replacements=replacements, actor=actor, now=now, op_id=op_id
    )
    return exchange


@operation("exchange.accept_quote")
def accept_quote(
    *, exchange_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """Confirm what the customer agreed to: the replacement order is made, the hold runs long."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    accept(exchange, actor=actor, now=now, op_id=op_id)
    return exchange


@requires_transaction
def revise(
    exchange: Exchange,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    replacements: Sequence[WantedReplacement] | None = None,
    holds: rules.HoldFacts | None = None,
) -> None:
    """A new quote in place of the one that counted; the parcels and the order follow it.

    `holds` spares looking at them again.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    was_accepted = exchange.accepted_quote_id is not None
    holds = holds or queries.read_facts(exchange).holds
    places: dict[int, int] = {}
    references = queries.list_references(exchange)
    if was_accepted:
        payments.withdraw_requests(purpose=reference(exchange), **who)
        withdraw_shipments(exchange, **who)
    if replacements is not None:
        holds = None
        # In one transaction with the new hold: nobody gets between the two.
        inventory.release(references=references, cause=ReleaseCause.SUBSTITUTED, **who)
        places = write_lines(exchange, replacements=replacements, **who)
    make_quote(exchange, holds=holds, places=places, **who)
    inventory.stop_waiting(references=references, is_held=replacements is None, **who)
    if was_accepted:
        accept(exchange, **who)
    else:
        exchange.save()


@requires_transaction
def write_lines(
    exchange: Exchange,
    *,
    replacements: Sequence[WantedReplacement],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> dict[int, int]:
    """Write what goes out, and nothing else; answers position → location chosen by hand."""
    exchange.lines.all().delete()
    replaced: dict[int | None, ReturnLine] = {
        line.order_line_id: line for line in queries.list_exchanged_lines(exchange)
    }
    seconds = queries.price_seconds(exchange, replacements, now=now)
    places = {}
    for position, wanted in enumerate(replacements, start=1):
        exchange.lines.create(
            partner_id=exchange.partner_id,
            position=position,
            variant_id=wanted.variant_id,
            quantity=wanted.quantity,
            agreed_price=wanted.agreed,
            may_wait=wanted.may_wait,
            replaces=replaced.get(wanted.replaces_order_line_id),
            second_id=wanted.second_variant_id,
            second_price=seconds[position - 1],
        )
        if wanted.location_id is not None:
            places[position] = wanted.location_id
    return places


@requires_transaction
def make_quote(
    exchange: Exchange,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    holds: rules.HoldFacts | None = None,
    places: Mapping[int, int] | None = None,
) -> Quote:
    """Freeze the money of the exchange as it stands and hold its stock until the quote ends.

    The caller saves the exchange. `holds` are those that it goes on with; `places` is as in
    `hold_stock`.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    plan = queries.plan_exchange(exchange, now=now)
    last = queries.get_quote(exchange)
    if last is not None and last.approval_kind:
        approvals.void_changed(subject=reference(exchange), content_hash=plan.content_hash, **who)
    quote: Quote = Quote.objects.create(
        partner_id=exchange.partner_id,
        exchange=exchange,
        number=last.number + 1 if last else 1,
        currency=plan.quote.currency,
        returned_value=plan.quote.returned_value,
        outbound_value=plan.quote.outbound_value,
        outbound_tax=plan.quote.outbound_tax,
        shipping=plan.quote.shipping,
        due=plan.quote.due,
        needed=plan.quote.needed,
        is_paid_up_front=plan.quote.is_paid_up_front,
        is_netted=plan.quote.is_netted,
        card_hold=plan.quote.card_hold,
        approval_kind=plan.quote.approval.kind if plan.quote.approval else "",
        evenness=plan.quote.evenness,
        inputs=plan.quote.inputs,
        lines=plan.quote.rows,
        policy_version=plan.version,
        content_hash=plan.content_hash,
        made_at=now,
        made_by=actor.ref,
        expires_at=queries.read_clock(exchange) + plan.hold_terms.quote,
    )
    exchange.newest_quote, exchange.accepted_quote = quote, None
    exchange.price_policy = plan.quote.price_policy
    exchange.quote()
    promise_rest(exchange, kept=holds.running if holds else (), **who)
    made = hold_stock(
        exchange,
        hold_for=plan.hold_terms.quote,
        kept=holds.running if holds else (),
        parts=holds.parts if holds else {},
        places=places,
        terms=plan.hold_terms,
        **who,
    )
    tell(
        exchange,
        "quoted",
        quote=quote.public_id,
        due=str(quote.due),
        currency=quote.currency,
        content_hash=quote.content_hash,
        holds=[hold.number for hold in made],
        **who,
    )
    return quote


@requires_transaction
def accept(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Confirm the newest quote; its money and hash are what counts from here on. Saves it."""
    facts = queries.read_facts(exchange)
    rules.can_accept_quote(facts).require("The quote cannot be confirmed.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    quote = queries.get_quote(exchange)
    assert quote is not None  # the state says so
    exchange.accepted_quote = quote
    exchange.replacement_order = register_replacement(exchange, quote=quote, **who)
    assent = ask_for_approval(exchange, quote, **who)
    move_on(exchange, facts=replace(facts, assent=assent), **who)
    holds = inventory.prolong(
        references=queries.list_held_references(exchange),
        hold_for=queries.get_hold_terms(exchange).accepted,
        **who,
    )
    plan_shipments(exchange, holds=holds, **who)
    if exchange.backorder_ends_on is not None:
        wait_for_stock(exchange, **who)
    tell(
        exchange,
        "accepted",
        quote=quote.public_id,
        due=str(quote.due),
        content_hash=quote.content_hash,
        order=exchange.replacement_order_id,
        holds=[hold.number for hold in holds],
        **who,
    )
    return_surplus(exchange, facts, **who)
    if quote.is_netted and exchange.return_case.state in rules.RETURN_IS_HERE:
        pay_out_rest(exchange.return_case, **who)
    if exchange.state == ExchangeState.READY or facts.goods == Goods.ACCEPTED:
        advance(exchange, **who)


@opens_transaction
def end_quote(
    *, exchange_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Let an unconfirmed quote go when its time is over; says whether there was one to let go.

    Its hold ends by itself at the same moment; what is left is a draft that can be quoted again.
    """
    exchange = locks.lock_exchange(exchange_id, version=None, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    if exchange.state != ExchangeState.QUOTED or facts.quote_ended_at is None:
        return False
    exchange.let_quote_end()
    exchange.save()
    tell(
        exchange,
        "quote_ended",
        quote=exchange.quotes.latest("number").public_id,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return True

"""The stock of an exchange: held for its quote, kept longer, and held again when it was lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.services.backordering import clear_promise
from exchanges.services.releasing import advance
from exchanges.services.shipments import plan_shipments, withdraw_shipments
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from inventory import queries as stock
from inventory import services as inventory
from inventory.models import Reservation
from inventory.rules import HoldTerms, Wanted
from inventory.states import ReleaseCause
from returns import services as returns


@requires_transaction
def hold_stock(
    exchange: Exchange,
    *,
    hold_for: dt.timedelta,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    kept: Collection[str] = (),
    parts: Mapping[str, int] | None = None,
    places: Mapping[int, int] | None = None,
    terms: HoldTerms | None = None,
) -> list[Reservation]:
    """Hold every line or none. `places` says for a line's position where; else the best place.

    `terms` spares reading the hold rules again. Lines in `kept` are held already and keep their
    hold, for `hold_for` from now; of those in `parts` some units are held, and all are held anew.
    Raises `OutOfStock` with all shortages.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    holds = []
    if kept:
        holds += inventory.prolong(references=sorted(kept), hold_for=hold_for, **who)
    if parts:
        inventory.release(
            references=sorted(parts), quantities=parts, cause=ReleaseCause.MOVED, **who
        )
    if wanted := _wanted(exchange, kept=kept, places=places or {}):
        holds += inventory.reserve(
            partner_id=exchange.partner_id,
            case=exchange.case,
            wanted=wanted,
            destination=queries.get_destination(queries.get_ship_to(exchange)),
            hold_for=hold_for,
            scope=queries.get_hold_scope(exchange),
            since=exchange.return_case.opened_at,
            terms=terms,
            **who,
        )
    return holds


@requires_transaction
def wait_for_stock(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Queue up for what is not held, by the age of the case."""
    kept = queries.count_kept(exchange)
    if wanted := [
        Wanted(
            reference=reference(line),
            variant_id=line.variant_id,
            quantity=line.quantity - line.dropped - kept[reference(line)],
        )
        for line in queries.list_lines(exchange)
        if line.quantity - line.dropped > kept[reference(line)]
    ]:
        inventory.wait(
            partner_id=exchange.partner_id,
            case=exchange.case,
            wanted=wanted,
            since=exchange.return_case.opened_at,
            channel=queries.get_hold_scope(exchange).channel,
            actor=actor,
            now=now,
            op_id=op_id,
        )


@operation("exchange.hold_again")
def hold_again(
    *, exchange_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Exchange:
    """Hold the stock anew after its hold ended: where it was, or where there is some now.

    What waited for nothing but the hold goes on to the warehouse at once.
    Raises `OutOfStock`, `ActionBlocked`.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    facts = queries.read_facts(exchange)
    rules.can_hold_again(facts).require("The stock cannot be held again.")
    hold_anew(exchange, holds=facts.holds, actor=actor, now=now, op_id=op_id)
    return exchange


@requires_transaction
def hold_anew(
    exchange: Exchange,
    *,
    holds: rules.HoldFacts,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Hold all that is not held whole, plan the parcels again, and go on as far as guards allow.

    Raises `OutOfStock`.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    clear_promise(exchange)
    terms = queries.get_hold_terms(exchange)
    is_accepted = exchange.state != ExchangeState.QUOTED
    if is_accepted:
        withdraw_shipments(exchange, **who)
    made = hold_stock(
        exchange,
        hold_for=terms.accepted if is_accepted else terms.quote,
        kept=[name for name in queries.list_resting(exchange) if name in holds.running],
        parts=holds.parts,
        places=_places_as_before(exchange, now=now),
        terms=terms,
        **who,
    )
    if is_accepted:
        plan_shipments(exchange, holds=made, **who)
    inventory.stop_waiting(references=queries.list_references(exchange), is_held=True, **who)
    tell(exchange, "held_again", holds=[hold.number for hold in made], **who)
    advance(exchange, **who)


@operation("exchange.extend_hold")
def extend_hold(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Let the hold run once more for its full length from now, for a reason that is kept."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_extend_hold(queries.read_facts(exchange)).require("The hold cannot be extended.")
    note = returns.keep_reason(
        case=exchange.return_case, about="exchange.extend_hold", reason=reason, actor=actor, now=now
    )
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    holds = inventory.prolong(
        references=queries.list_resting(exchange),
        hold_for=queries.get_hold_terms(exchange).accepted,
        **who,
    )
    ends = max(hold.expires_at for hold in holds if hold.expires_at)
    tell(exchange, "hold_extended", note=note.pk, expires_at=ends.isoformat(), **who)
    return exchange


@operation("exchange.release_hold")
def release_hold(
    *,
    exchange_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Give the stock back by hand; the exchange goes on and can hold it again."""
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_release_hold(queries.read_facts(exchange)).require("Nothing can be given back.")
    note = returns.keep_reason(
        case=exchange.return_case,
        about="exchange.release_hold",
        reason=reason,
        actor=actor,
        now=now,
    )
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    holds = inventory.release(
        references=queries.list_references(exchange), cause=ReleaseCause.BY_HAND, **who
    )
    wait_for_stock(exchange, **who)
    tell(exchange, "hold_released", note=note.pk, holds=[hold.number for hold in holds], **who)
    return exchange


def _places_as_before(exchange: Exchange, *, now: dt.datetime) -> dict[int, int]:
    """Position → the location that held the line last, where that still has enough."""
    places = {}
    last = {hold.reference: hold for hold in reversed(queries.list_holds(exchange))}
    destination = queries.get_destination(queries.get_ship_to(exchange))
    scope = queries.get_hold_scope(exchange)
    for line in queries.list_lines(exchange):
        hold = last.get(reference(line))
        if hold is None or not line.rest:
            continue
        ranking = stock.rank_locations(
            partner_id=exchange.partner_id,
            variant_id=line.variant_id,
            quantity=line.rest,
            destination=destination,
            now=now,
            scope=scope,
        )
        if any(place.location_id == hold.location_id and place.is_feasible for place in ranking):
            places[line.position] = hold.location_id
    return places


def _wanted(
    exchange: Exchange, *, kept: Collection[str], places: Mapping[int, int]
) -> list[Wanted]:
    return [
        Wanted(
            reference=reference(line),
            variant_id=line.variant_id,
            quantity=line.rest,
            location_id=places.get(line.position),
        )
        for line in queries.list_lines(exchange)
        if line.rest and reference(line) not in kept and line.backorder_day is None
    ]

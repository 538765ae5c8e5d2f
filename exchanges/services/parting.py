"""A replacement that goes out part by part, as its goods come back (S12, S13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.money import ZERO, round_half_up
from core.transactions import requires_transaction
from exchanges import queries, rules
from exchanges.models import Exchange
from exchanges.rules import Part
from exchanges.services.crediting import apply_credit
from exchanges.services.giving_back import give_money_back
from exchanges.services.shipments import plan_shipments, withdraw_shipments
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from fulfilment import services as fulfilment
from fulfilment.states import WITH_WAREHOUSE
from inventory import queries as stock
from inventory import services as inventory
from inventory.states import ReleaseCause, ReservationState
from orders import services as orders

S = ExchangeState


@requires_transaction
def release_part(
    exchange: Exchange,
    part: Part,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Give the warehouse what may go; the rest stays held, its share of the payment with it."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    exchange.part_value = part.value
    apply_credit(exchange, **who)
    withdraw_shipments(exchange, **who)
    units = {
        reference(line): part.units[line.position]
        for line in queries.list_lines(exchange)
        if line.position in part.units
    }
    going = inventory.commit(references=sorted(units), quantities=units, **who)
    released = plan_shipments(exchange, holds=going, **who)
    for shipment in released:
        fulfilment.release_shipment(shipment_id=shipment.pk, **who)
    mark_released(exchange, part.units)
    if resting := queries.list_resting(exchange):
        rest = inventory.prolong(
            references=resting, hold_for=queries.get_hold_terms(exchange).accepted, **who
        )
        plan_shipments(exchange, holds=rest, **who)
    if exchange.state == S.READY:
        exchange.release()
    exchange.save()
    currency = exchange.return_case.currency
    paid = round_half_up(queries.sum_captured(exchange) - part.due, currency)
    tell(
        exchange,
        "released",
        shipments=[shipment.pk for shipment in released],
        units=part.count,
        stays=part.stays,
        value=str(part.value),
        due=str(part.due),
        paid_for_rest=str(paid),
        **who,
    )


@requires_transaction
def give_up_rest(
    exchange: Exchange,
    *,
    due: Decimal,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    note: int | None = None,
) -> None:
    """What has not gone never will: its stock is free, and what was paid for it goes back once.

    `due` is what of the customer's payment the part takes that has gone.
    """
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    quote = exchange.accepted_quote
    assert quote is not None  # a part of it has left
    let_off = rules.compute_let_off(needed=quote.needed, due=due)
    refund = max(queries.sum_captured(exchange) - (quote.needed - let_off), ZERO)
    exchange.let_off = let_off
    exchange.save()
    give_money_back(exchange, amount=refund, reason="rest_dropped", **who)
    withdraw_shipments(exchange, **who)
    assert exchange.replacement_order_id is not None
    orders.end_shipping(order_id=exchange.replacement_order_id, **who)
    _free_rest(exchange, **who)
    dropped = 0
    for line in queries.list_lines(exchange):
        dropped += line.rest
        line.dropped += line.rest
        line.save()
    if exchange.state == S.PARTLY_SHIPPED and not queries.has_parcels(exchange, WITH_WAREHOUSE):
        exchange.ship()
        exchange.save()
    tell(
        exchange,
        "rest_dropped",
        units=dropped,
        refund=str(refund),
        value=str(exchange.part_value),
        **({"note": note} if note else {}),
        **who,
    )


def mark_released(exchange: Exchange, units: Mapping[int, int] | None = None) -> None:
    """So many units by position, or all of them, are the warehouse's now."""
    for line in queries.list_lines(exchange):
        line.released += line.rest if units is None else units.get(line.position, 0)
        line.save()


@requires_transaction
def _free_rest(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Holds of what stays, and the places in the queue of what is not held."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    resting = queries.list_resting(exchange)
    units: dict[str, int] = {}
    for hold in stock.list_live_holds(resting):
        if hold.state == ReservationState.ACTIVE:
            units[hold.reference] = units.get(hold.reference, 0) + hold.quantity
    if units:
        inventory.release(
            references=sorted(units), quantities=units, cause=ReleaseCause.REMAINDER, **who
        )
    inventory.stop_waiting(references=resting, **who)

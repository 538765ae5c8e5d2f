"""Something else goes out, because what was held is not there or the customer thinks again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from exchanges import locks, queries, rules
from exchanges.models import Exchange
from exchanges.rules import WantedReplacement
from exchanges.services.quoting import revise
from exchanges.services.timeline import Who, tell
from exchanges.states import ExchangeState
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import ShipmentState
from returns import services as returns

STILL_HERE = (ShipmentState.RELEASED, ShipmentState.SHORT_PICKED)


@operation("exchange.substitute")
def substitute_replacement(
    *,
    exchange_id: int,
    version: int | None,
    replacements: Sequence[WantedReplacement],
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Exchange:
    """Send `replacements` instead, with the customer's consent: one new quote, one new hold.

    Whatever is still held is given back and the new goods held in this one transaction. At the
    same price nothing else changes; a difference is approved and paid as with any quote. A day
    that was promised and passes with the old goods is written down. Raises what quoting raises.
    """
    exchange = locks.lock_exchange(exchange_id, version=version, actor=actor, now=now)
    rules.can_substitute(queries.read_facts(exchange)).require("Nothing else can go out.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    note = returns.keep_reason(
        case=exchange.return_case, about="exchange.substitute", reason=reason, actor=actor, now=now
    )
    switch(exchange, replacements=replacements, told={"note": note.pk}, **who)
    return exchange


@requires_transaction
def switch(
    exchange: Exchange,
    *,
    replacements: Sequence[WantedReplacement],
    told: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """`substitute_replacement` of an exchange that is locked and may be changed. `told` goes with
    its event."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    before = [f"{line.quantity} × {line.variant.sku}" for line in queries.list_lines(exchange)]
    promised = _find_promise(exchange)
    if exchange.state == ExchangeState.RELEASING:
        _call_back(exchange, **who)
    revise(exchange, replacements=replacements, **who)
    quote = queries.get_quote(exchange)
    if quote is not None and quote.due < 0 and _is_credit_spent(exchange):
        raise BadInput(
            "It costs less than the credit that is in the order already; agree on its price by"
            " hand, or convert to a refund.",
            field="replacements",
        )
    tell(
        exchange,
        "substituted",
        instead_of=before,
        due=str(quote.due) if quote else "0",
        **told,
        **who,
    )
    _note_broken_promise(exchange, promised, **who)


@requires_transaction
def _call_back(
    exchange: Exchange, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Take back from the warehouse what it has not sent; it is told not to."""
    for shipment in parcels.list_shipments(reference(exchange)):
        if shipment.state in STILL_HERE:
            fulfilment.cancel_shipment(shipment_id=shipment.pk, actor=actor, now=now, op_id=op_id)
    exchange.call_back()
    exchange.part_value = None
    for line in queries.list_lines(exchange):
        line.released = 0
        line.save()


def _is_credit_spent(exchange: Exchange) -> bool:
    order = exchange.replacement_order
    return order is not None and order.tenders.filter(kind="exchange_credit").exists()


def _find_promise(exchange: Exchange) -> dt.date | None:
    days = [
        shipment.promised_on
        for shipment in parcels.list_shipments(reference(exchange))
        if shipment.promised_on and shipment.state != ShipmentState.CANCELLED
    ]
    return max(days, default=None)


@requires_transaction
def _note_broken_promise(
    exchange: Exchange,
    promised: dt.date | None,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """The day the customer was told, and the one that holds now, where that is later or unknown."""
    instead = _find_promise(exchange)
    if promised is None or (instead is not None and instead <= promised):
        return
    tell(
        exchange,
        "promise_broken",
        promised=promised.isoformat(),
        instead=instead.isoformat() if instead else "",
        actor=actor,
        now=now,
        op_id=op_id,
    )

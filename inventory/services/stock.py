"""Stock that comes and goes without a hold: deliveries, returned goods, adjustments by hand."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from inventory.models import StockLevel
from inventory.services.discrepancies import restate_discrepancies
from inventory.services.movements import Movement, Place, move
from inventory.services.quarantine import check_quarantine_bin
from inventory.states import AdjustReason, Bucket, EntryCause

_RETURNED = {
    Bucket.AVAILABLE: EntryCause.RESTOCK,
    Bucket.QUARANTINE: EntryCause.REJECT,
    Bucket.SCRAP: EntryCause.REJECT,
}


@operation("inventory.receive_stock")
def receive_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    cause: EntryCause = EntryCause.PURCHASE,
) -> StockLevel:
    """Units that came in from a supplier, or lay there when the desk was opened."""
    if cause not in (EntryCause.OPENING, EntryCause.PURCHASE):
        raise BadInput("Stock comes in as opening stock or as a purchase.", field="cause")
    movement = Movement(
        place=Place(partner_id, variant_id, location_id, lot),
        bin_id=bin_id,
        source=Bucket.SUPPLIER,
        target=Bucket.AVAILABLE,
        quantity=quantity,
        cause=cause,
    )
    return move(movement, actor=actor, now=now, op_id=op_id)


@operation("inventory.adjust_stock")
def adjust_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    change: int,
    reason: AdjustReason,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
) -> StockLevel:
    """Add or take out free units by hand, for one of the reasons the ledger knows.

    Held units stay: raises `NotEnoughStock` when fewer are free than are to go. What was counted
    there before is compared with the new figure.
    """
    if reason not in AdjustReason.values:
        raise BadInput("Choose why the stock is adjusted.", field="reason")
    outside, inside = Bucket.COUNT, Bucket.AVAILABLE
    place = Place(partner_id, variant_id, location_id, lot)
    movement = Movement(
        place=place,
        source=outside if change > 0 else inside,
        target=inside if change > 0 else outside,
        quantity=abs(change),
        cause=EntryCause.ADJUST,
        reason=reason,
    )
    restate_discrepancies(place, change=change, actor=actor, now=now, op_id=op_id)
    return move(movement, actor=actor, now=now, op_id=op_id)


@requires_transaction
def take_back(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    bucket: Bucket,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    lot: str = "",
    bin_id: int | None = None,
) -> StockLevel:
    """Units a customer sent back, into the bucket that their inspection chose.

    `bin_id` is the quarantine bin they are put in; left out it is the location's first.
    """
    if bucket not in _RETURNED:
        raise BadInput("Returned goods are restocked, quarantined or scrapped.", field="bucket")
    place = Place(partner_id, variant_id, location_id, lot)
    if bin_id is not None:
        check_quarantine_bin(place, bin_id)
    movement = Movement(
        place=place,
        source=Bucket.CUSTOMER,
        target=bucket,
        quantity=quantity,
        cause=_RETURNED[bucket],
        quarantine_bin_id=bin_id,
        reference=reference,
    )
    return move(movement, actor=actor, now=now, op_id=op_id)

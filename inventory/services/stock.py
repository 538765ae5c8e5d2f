"""Stock that comes and goes without a hold: deliveries, returned goods, count differences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.events import record
from core.events import reference as reference_to
from core.operations import operation
from core.transactions import requires_transaction
from inventory.models import StockLevel
from inventory.states import AdjustReason, Bucket, EntryCause

_RETURNED = {
    Bucket.AVAILABLE: EntryCause.RESTOCK,
    Bucket.QUARANTINE: EntryCause.REJECT,
    Bucket.SCRAP: EntryCause.REJECT,
}


class NotEnoughStock(DomainError):
    """Fewer units are free than were to be taken out; held units are never touched."""

    code = "not_enough_stock"


@dataclass(frozen=True, slots=True)
class _Movement:
    """Units on their way from one bucket of a level to another."""

    partner_id: int
    variant_id: int
    location_id: int
    source: Bucket
    target: Bucket
    quantity: int
    cause: EntryCause
    lot: str = ""
    bin_id: int | None = None
    reference: str = ""
    reason: AdjustReason | None = None


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
    movement = _Movement(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        bin_id=bin_id,
        source=Bucket.SUPPLIER,
        target=Bucket.AVAILABLE,
        quantity=quantity,
        cause=cause,
    )
    return _move(movement, actor=actor, now=now, op_id=op_id)


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

    Held units stay: raises `NotEnoughStock` when fewer are free than are to go.
    """
    if reason not in AdjustReason.values:
        raise BadInput("Choose why the stock is adjusted.", field="reason")
    outside, inside = Bucket.COUNT, Bucket.AVAILABLE
    movement = _Movement(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        source=outside if change > 0 else inside,
        target=inside if change > 0 else outside,
        quantity=abs(change),
        cause=EntryCause.ADJUST,
        reason=reason,
    )
    return _move(movement, actor=actor, now=now, op_id=op_id)


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
) -> StockLevel:
    """Units a customer sent back, into the bucket that their inspection chose."""
    if bucket not in _RETURNED:
        raise BadInput("Returned goods are restocked, quarantined or scrapped.", field="bucket")
    movement = _Movement(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        source=Bucket.CUSTOMER,
        target=bucket,
        quantity=quantity,
        cause=_RETURNED[bucket],
        reference=reference,
    )
    return _move(movement, actor=actor, now=now, op_id=op_id)


def _move(movement: _Movement, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> StockLevel:
    if movement.quantity < 1:
        raise BadInput("At least one unit must move.", field="quantity")
    moved = StockLevel.objects.raw(
        "SELECT * FROM inventory_move_stock(%s, %s, %s, %s, %s::bigint, %s, %s, %s, %s, %s,"
        " %s, %s, %s::uuid, %s::timestamptz)",
        [
            movement.partner_id,
            movement.variant_id,
            movement.location_id,
            movement.lot,
            movement.bin_id,
            movement.source.value,
            movement.target.value,
            movement.quantity,
            movement.cause.value,
            movement.reference,
            movement.reason or "",
            actor.ref,
            op_id,
            now,
        ],
    )
    level: StockLevel | None = next(iter(moved), None)
    if level is None:
        bucket = movement.source.label.lower()
        raise NotEnoughStock(f"Fewer than {movement.quantity} units are {bucket} there.")
    record(
        kind="stock.moved",
        partner_id=level.partner_id,
        subject=reference_to(level),
        actor=actor,
        op_id=op_id,
        now=now,
        data=_facts(movement, level),
    )
    return level


def _facts(movement: _Movement, level: StockLevel) -> dict[str, Any]:
    return {
        "variant": level.variant_id,
        "location": level.location_id,
        "lot": level.lot,
        "from": movement.source.value,
        "to": movement.target.value,
        "quantity": movement.quantity,
        "cause": movement.cause.value,
        "reference": movement.reference,
        "available_after": level.available,
        "sequence": level.sequence,
    }

"""Stock that comes and goes without a hold: deliveries, returned goods, count differences."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from inventory.models import StockLevel
from inventory.states import Bucket, EntryCause

_RETURNED = {
    Bucket.AVAILABLE: EntryCause.RESTOCK,
    Bucket.QUARANTINE: EntryCause.REJECT,
    Bucket.SCRAP: EntryCause.REJECT,
}


class NotEnoughStock(DomainError):
    """Fewer units are free than were to be taken out; held units are never touched."""

    code = "not_enough_stock"


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
    return _move(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        bin_id=bin_id,
        source=Bucket.SUPPLIER,
        target=Bucket.AVAILABLE,
        quantity=quantity,
        cause=cause,
        actor=actor,
        op_id=op_id,
        now=now,
    )


@operation("inventory.adjust_stock")
def adjust_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    change: int,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
) -> StockLevel:
    """Add or take out free units after a count, with the reason.

    Held units stay: raises `NotEnoughStock` when fewer are free than are to go.
    """
    if not reason.strip():
        raise BadInput("Say why the stock is adjusted.", field="reason")
    outside, inside = Bucket.COUNT, Bucket.AVAILABLE
    return _move(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        source=outside if change > 0 else inside,
        target=inside if change > 0 else outside,
        quantity=abs(change),
        cause=EntryCause.ADJUST,
        note=reason,
        actor=actor,
        op_id=op_id,
        now=now,
    )


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
    return _move(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        source=Bucket.CUSTOMER,
        target=bucket,
        quantity=quantity,
        cause=_RETURNED[bucket],
        about=reference,
        actor=actor,
        op_id=op_id,
        now=now,
    )


def _move(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    source: Bucket,
    target: Bucket,
    quantity: int,
    cause: EntryCause,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    lot: str = "",
    bin_id: int | None = None,
    about: str = "",
    note: str = "",
) -> StockLevel:
    if quantity < 1:
        raise BadInput("At least one unit must move.", field="quantity")
    moved = StockLevel.objects.raw(
        "SELECT * FROM inventory_move_stock(%s, %s, %s, %s, %s::bigint, %s, %s, %s, %s, %s,"
        " %s, %s, %s::uuid, %s::timestamptz)",
        [
            partner_id,
            variant_id,
            location_id,
            lot,
            bin_id,
            source.value,
            target.value,
            quantity,
            cause.value,
            about,
            note,
            actor.ref,
            op_id,
            now,
        ],
    )
    level: StockLevel | None = next(iter(moved), None)
    if level is None:
        raise NotEnoughStock(f"Fewer than {quantity} units are {source.label.lower()} there.")
    _tell(level, source, target, quantity, cause, about, actor=actor, now=now, op_id=op_id)
    return level


def _tell(
    level: StockLevel,
    source: Bucket,
    target: Bucket,
    quantity: int,
    cause: EntryCause,
    about: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    record(
        kind="stock.moved",
        partner_id=level.partner_id,
        subject=reference(level),
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "variant": level.variant_id,
            "location": level.location_id,
            "lot": level.lot,
            "from": source.value,
            "to": target.value,
            "quantity": quantity,
            "cause": cause.value,
            "reference": about,
            "available_after": level.available,
            "sequence": level.sequence,
        },
    )

"""One movement of units between two buckets: the counter, the ledger line and the event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.asking import ask
from core.errors import BadInput, DomainError
from core.events import record
from core.events import reference as reference_to
from core.kept import KeptQuery
from core.numbers import new_number
from core.transactions import requires_transaction
from inventory.models import StockLevel, Variant
from inventory.states import AdjustReason, Bucket, EntryCause
from inventory.telling import told_of, user_setting

_SKU: KeptQuery[str] = KeptQuery(
    lambda pk: Variant.objects.filter(pk=pk).values_list("sku", flat=True)
)


class NotEnoughStock(DomainError):
    """Fewer units are there than were to be taken out; held units are never touched."""

    code = "not_enough_stock"


@dataclass(frozen=True, slots=True)
class Place:
    """Where units of a variant lie."""

    partner_id: int
    variant_id: int
    location_id: int
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Units on their way from one bucket of a place to another.

    `bin_id` becomes the place's own bin; `quarantine_bin_id` says which quarantine bin they go
    into or come out of.
    """

    place: Place
    source: Bucket
    target: Bucket
    quantity: int
    cause: EntryCause
    bin_id: int | None = None
    quarantine_bin_id: int | None = None
    reference: str = ""
    reason: AdjustReason | None = None


@requires_transaction
def move(
    movement: Movement, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> StockLevel:
    """Make the movement, and the level if it is new. Raises `NotEnoughStock`.

    Due holds give way when the units that leave are the free ones.
    """
    _check(movement)
    level = _write(movement, actor=actor, now=now, op_id=op_id)
    if level is None and movement.source == Bucket.AVAILABLE:
        free_units(movement.place, wanted=movement.quantity, actor=actor, now=now, op_id=op_id)
        level = _write(movement, actor=actor, now=now, op_id=op_id)
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


@requires_transaction
def free_units(
    place: Place,
    *,
    wanted: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    end_running: bool = False,
) -> int:
    """Let due holds go, with `end_running` the newest active ones too, until `wanted` are free.

    The last running one is cut down to what is left of it. Returns how many are free then;
    committed holds and allocations stay, so it may be fewer.
    """
    free = ask(
        "SELECT inventory_free_units(l.id, %s, %s, %s, %s, %s::uuid, %s::timestamptz,"
        " %s::text[], %s::text[], %s, %s::text[]) FROM inventory_stocklevel l"
        " WHERE l.partner_id = %s"
        " AND l.variant_id = %s AND l.location_id = %s AND l.lot = %s",
        [
            wanted,
            end_running,
            actor.ref,
            user_setting(actor),
            op_id,
            now,
            told_of("reservation.expired"),
            told_of("reservation.released"),
            new_number("HLD"),
            told_of("reservation.split"),
            place.partner_id,
            place.variant_id,
            place.location_id,
            place.lot,
        ],
    )
    return sum(units for (units,) in free)


def _check(movement: Movement) -> None:
    if movement.quantity < 1:
        raise BadInput("At least one unit must move.", field="quantity")
    if len(movement.place.lot) > 40:
        raise BadInput("The name of a lot has at most 40 characters.", field="lot")


def _write(
    movement: Movement, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> StockLevel | None:
    moved = StockLevel.objects.raw(
        "SELECT * FROM inventory_move_stock(%s, %s, %s, %s, %s::bigint, %s::bigint, %s, %s, %s,"
        " %s, %s, %s, %s, %s::uuid, %s::timestamptz)",
        [
            movement.place.partner_id,
            movement.place.variant_id,
            movement.place.location_id,
            movement.place.lot,
            movement.bin_id,
            movement.quarantine_bin_id,
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
    return next(iter(moved), None)


def _facts(movement: Movement, level: StockLevel) -> dict[str, Any]:
    """What channel feeds and the warehouse hear: ids, codes and the level's sequence."""
    sku = _SKU.get(level.variant_id)
    return {
        "sku": sku,
        "variant": level.variant_id,
        "location": level.location.code,
        "location_id": level.location_id,
        "lot": level.lot,
        "bin": level.bin.code if level.bin else "",
        "stock_level": level.pk,
        "from": movement.source.value,
        "to": movement.target.value,
        "quantity": movement.quantity,
        "cause": movement.cause.value,
        "reference": movement.reference,
        "available_after": level.available,
        "sequence": level.sequence,
    }

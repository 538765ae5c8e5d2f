"""One row of a stock file, taken once however often the file is sent or begun anew."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from inventory.locks import lock_level_at
from inventory.models import StockLevel, Variant
from inventory.services.discrepancies import open_discrepancy
from inventory.services.movements import Movement, Place, move
from inventory.states import Bucket, DiscrepancySource, EntryCause


class ImportMode(StrEnum):
    """What the quantities of a file are."""

    SET = "set"  # what lies on the shelf
    ADD = "add"  # what came in


class RowOutcome(StrEnum):
    """What becomes of a row."""

    RECEIVED = "received"
    DIFFERS = "differs"  # a discrepancy for a person to decide
    SAME = "same"


@operation("inventory.import_row")
def import_row(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    mode: ImportMode,
    reference: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    unit_cost: Decimal | None = None,
) -> str:
    """Take one row: returns its `RowOutcome`.

    To add is a purchase. To set is opening stock where nothing ever lay; where the ledger knows
    better, a difference opens a discrepancy and nothing is overwritten. `reference` names the
    file.
    """
    place = Place(partner_id, variant_id, location_id, lot)
    level = lock_level_at(variant_id=variant_id, location_id=location_id, lot=lot)
    if unit_cost is not None:
        _set_cost(partner_id, variant_id, unit_cost)
    outcome = compare(level, quantity, mode)
    if outcome == RowOutcome.RECEIVED:
        cause = EntryCause.PURCHASE if mode == ImportMode.ADD else EntryCause.OPENING
        movement = Movement(
            place=place,
            source=Bucket.SUPPLIER,
            target=Bucket.AVAILABLE,
            quantity=quantity,
            cause=cause,
            bin_id=bin_id,
            reference=reference,
        )
        move(movement, actor=actor, now=now, op_id=op_id)
    elif mode == ImportMode.SET and level is not None:
        open_discrepancy(
            partner_id=partner_id,
            variant_id=variant_id,
            location_id=location_id,
            lot=lot,
            bucket="",
            source=DiscrepancySource.FILE,
            reference=reference,
            expected=level.on_shelf,
            counted=quantity,
            counted_at=now,
            actor=actor,
            now=now,
            op_id=op_id,
        )
    return outcome.value


def compare(level: StockLevel | None, quantity: int, mode: ImportMode) -> RowOutcome:
    """What a row comes to against what lies there. Raises `BadInput`."""
    if mode == ImportMode.ADD:
        if quantity < 1:
            raise BadInput("There is nothing to add. Remove the line.", field="quantity")
        return RowOutcome.RECEIVED
    if level is None or level.sequence == 0:
        return RowOutcome.RECEIVED if quantity else RowOutcome.SAME
    return RowOutcome.SAME if level.on_shelf == quantity else RowOutcome.DIFFERS


def _set_cost(partner_id: int, variant_id: int, unit_cost: Decimal) -> None:
    variants = Variant.objects.for_partner(partner_id).filter(pk=variant_id)
    variants.exclude(unit_cost=unit_cost).update(unit_cost=unit_cost)

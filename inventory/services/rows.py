"""Rows of a stock file, taken once each however often the file is sent or begun anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.asking import ask
from core.errors import BadInput
from core.models import Operation
from core.operations import fingerprint, operation
from core.transactions import opens_transaction
from inventory.locks import lock_level_at
from inventory.models import Discrepancy, StockLevel, Variant
from inventory.services.discrepancies import open_discrepancy
from inventory.services.movements import Movement, Place, move
from inventory.states import Bucket, DiscrepancySource, DiscrepancyState, EntryCause
from inventory.telling import told_of


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


@opens_transaction
def import_rows(
    rows: Mapping[int, Mapping[str, Any]], *, mode: ImportMode, actor: Actor, now: dt.datetime
) -> dict[int, RowOutcome]:
    """What rows of a file came to, by line, where they were taken before or are taken alike.

    What is received goes in by one statement, what agrees is only noted. Every other row is left
    to `import_row`, whose arguments these are: differences, and what changed under our eyes.
    """
    outcomes = _find_taken(rows)
    left = {line: row for line, row in rows.items() if line not in outcomes}
    levels, disputed = _find_levels(left), _find_disputed(left)
    planned = {
        line: compare(levels.get(_place_of(row)), row["quantity"], mode)
        for line, row in left.items()
    }
    received = {line: row for line, row in left.items() if planned[line] == RowOutcome.RECEIVED}
    same = {
        line: row
        for line, row in left.items()
        if planned[line] == RowOutcome.SAME
        and row["unit_cost"] is None
        and _place_of(row) not in disputed
    }
    cause = EntryCause.PURCHASE if mode == ImportMode.ADD else EntryCause.OPENING
    taken = _receive(received, cause, actor=actor, now=now) if received else []
    outcomes |= dict.fromkeys(taken, RowOutcome.RECEIVED)
    return outcomes | dict.fromkeys(_note(same, actor), RowOutcome.SAME)


def _place_of(row: Mapping[str, Any]) -> tuple[int, int, str]:
    return (row["variant_id"], row["location_id"], row["lot"])


def _find_taken(rows: Mapping[int, Mapping[str, Any]]) -> dict[int, RowOutcome]:
    operations = Operation.objects.filter(op_id__in=[row["op_id"] for row in rows.values()])
    results = dict(operations.values_list("op_id", "result"))
    return {
        line: RowOutcome(str(results[row["op_id"]]))
        for line, row in rows.items()
        if row["op_id"] in results
    }


def _find_levels(rows: Mapping[int, Mapping[str, Any]]) -> dict[tuple[int, int, str], StockLevel]:
    levels = StockLevel.objects.filter(variant__in={row["variant_id"] for row in rows.values()})
    return {(level.variant_id, level.location_id, level.lot): level for level in levels}


def _find_disputed(rows: Mapping[int, Mapping[str, Any]]) -> set[tuple[int, int, str]]:
    """Where another figure of a file is open: one that agrees puts it aside."""
    disputes = Discrepancy.objects.filter(
        variant__in={row["variant_id"] for row in rows.values()}, state=DiscrepancyState.OPEN
    )
    return set(disputes.values_list("variant_id", "location_id", "lot"))


def _receive(
    rows: Mapping[int, Mapping[str, Any]], cause: EntryCause, *, actor: Actor, now: dt.datetime
) -> list[int]:
    partner_id = next(iter(rows.values()))["partner_id"]
    columns = [[row[name] for row in rows.values()] for name in _COLUMNS]
    received = ask(
        "SELECT inventory_receive_rows(%s, %s::integer[], %s::bigint[], %s::bigint[],"
        " %s::text[], %s::bigint[], %s::integer[], %s::numeric[], %s::text[], %s::uuid[],"
        " %s::text[], %s, %s, %s::timestamptz, %s::text[])",
        [
            partner_id,
            list(rows),
            *columns,
            [fingerprint(row) for row in rows.values()],
            cause.value,
            actor.ref,
            now,
            told_of("stock.moved"),
        ],
    )
    return [line for (line,) in received]


def _note(rows: Mapping[int, Mapping[str, Any]], actor: Actor) -> list[int]:
    """Operations that changed nothing, so that the same row is never asked about again."""
    Operation.objects.bulk_create(
        [
            Operation(
                op_id=row["op_id"],
                kind=import_row.operation,  # type: ignore[attr-defined]
                actor=actor.ref,
                payload_hash=fingerprint(row),
                result=RowOutcome.SAME.value,
            )
            for row in rows.values()
        ],
        ignore_conflicts=True,
    )
    return list(rows)


_COLUMNS = (
    "variant_id",
    "location_id",
    "lot",
    "bin_id",
    "quantity",
    "unit_cost",
    "reference",
    "op_id",
)


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

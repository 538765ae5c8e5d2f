"""What a stock file would change: its rows against the catalogue and against what lies there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from core.errors import BadInput
from inventory.imports.reading import StockFile, StockRow, read_stock_file
from inventory.models import Bin, Location, StockLevel, Variant
from inventory.services.rows import ImportMode, RowOutcome, compare

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with the ids its codes stand for, and what it would come to now.

    `before` is what the ledger has on the shelf; `cost_before` is set where the row changes what
    a unit costs.
    """

    row: StockRow
    variant_id: int
    location_id: int
    bin_id: int | None
    before: int
    outcome: RowOutcome
    cost_before: Decimal | None = None

    @property
    def after(self) -> int:
        """Of a difference: what it will be if a person posts the correction."""
        if self.outcome == RowOutcome.RECEIVED:
            return self.before + self.row.quantity
        return self.row.quantity


@dataclass(slots=True)
class ImportPlan:
    """A file as it would be taken. With any error nothing of it is."""

    file: StockFile
    mode: ImportMode
    rows: list[PlannedRow] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.file.refused

    def count(self, outcome: RowOutcome) -> int:
        return Counter(planned.outcome for planned in self.rows)[outcome]


def plan_stock_import(*, partner_id: int, content: bytes, mode: ImportMode) -> ImportPlan:
    """The dry run: says per line what would change and what is refused. Writes nothing.

    Lines that can be read are looked up beside others that cannot, so that a file is mended once.
    """
    plan = ImportPlan(read_stock_file(content), mode)
    places = {location.code: location for location in Location.objects.for_partner(partner_id)}
    bins = {
        (one.location_id, one.code): one
        for one in Bin.objects.for_partner(partner_id).exclude(kind=Bin.Kind.QUARANTINE)
    }
    for rows in _chunks(plan.file.rows):
        variants = {
            variant.sku: variant
            for variant in Variant.objects.for_partner(partner_id).filter(
                sku__in={row.sku for row in rows}
            )
        }
        found = StockLevel.objects.filter(variant__in=[one.pk for one in variants.values()])
        levels = {(one.variant_id, one.location_id, one.lot): one for one in found}
        for row in rows:
            planned = _plan_row(plan, row, variants, places, bins, levels)
            if planned is not None:
                plan.rows.append(planned)
    plan.file.errors.sort(key=lambda error: error.line)
    return plan


def _plan_row(
    plan: ImportPlan,
    row: StockRow,
    variants: dict[str, Variant],
    places: dict[str, Location],
    bins: dict[tuple[int, str], Bin],
    levels: dict[tuple[int, int, str], StockLevel],
) -> PlannedRow | None:
    variant, place = variants.get(row.sku), places.get(row.location)
    if variant is None:
        plan.file.refuse(row.line, "sku", f"The catalogue has no “{row.sku}”. Add it first.")
    if place is None:
        known = ", ".join(sorted(places)[:10])
        message = f"There is no location “{row.location}”. Write one of: {known}."
        plan.file.refuse(row.line, "location", message)
    if variant is None or place is None:
        return None
    bin_ = bins.get((place.pk, row.bin))
    if row.bin and bin_ is None:
        message = f"{place.code} has no bin “{row.bin}” for goods on sale. Add it first."
        plan.file.refuse(row.line, "bin", message)
        return None
    level = levels.get((variant.pk, place.pk, row.lot))
    try:
        outcome = compare(level, row.quantity, plan.mode)
    except BadInput as error:
        plan.file.refuse(row.line, error.field, error.message)
        return None
    changes_cost = row.unit_cost is not None and row.unit_cost != variant.unit_cost
    return PlannedRow(
        row=row,
        variant_id=variant.pk,
        location_id=place.pk,
        bin_id=bin_.pk if bin_ else None,
        before=level.on_shelf if level else 0,
        outcome=outcome,
        cost_before=variant.unit_cost if changes_cost else None,
    )


def _chunks(rows: list[StockRow]) -> Iterator[list[StockRow]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]

"""Defects that are more than chance: each SKU, lot and type against what is usual for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from returns.defects.chance import adjust, compare_rates

# Below that many a person has nothing to look at; below that ratio nothing to act on.
FEWEST = 3
LEAST_RATIO = 1.5
# Of what is proposed, so much may be chance.
FALSE_DISCOVERIES = 0.01


@dataclass(frozen=True, slots=True)
class Sold:
    """Units of a SKU's lot that customers have had, and for how many days in all."""

    variant_id: int
    category: str
    lot: str
    units: int
    unit_days: float


@dataclass(frozen=True, slots=True)
class Failed:
    """Units of a SKU's lot that were reported with a type of defect."""

    variant_id: int
    lot: str
    type_id: int | None
    units: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """More defects than its likes have. `lot` blank: all lots of the SKU together."""

    variant_id: int
    lot: str
    type_id: int | None
    units_sold: int
    defects: int
    expected: float
    p_value: float
    q_value: float

    @property
    def ratio(self) -> float:
        return self.defects / self.expected if self.expected else float("inf")


@dataclass(slots=True)
class _Tally:
    units: int = 0
    unit_days: float = 0.0
    defects: int = 0


def find_suspects(
    sold: Iterable[Sold], failed: Iterable[Failed], *, rate: float = FALSE_DISCOVERIES
) -> list[Suspect]:
    """Every SKU, lot and type that fails more often than its likes, surest first.

    A lot is compared with the other lots of its SKU, a SKU with the others of its category, each
    per day in customers' hands, so that what was sold long ago is not blamed for its age. All
    tests of the day are corrected together.
    """
    asked = [*_list_lots(*_index(sold, failed)), *_list_skus(*_index(sold, failed))]
    q_values = adjust([suspect.p_value for suspect in asked])
    found = [
        Suspect(
            suspect.variant_id,
            suspect.lot,
            suspect.type_id,
            suspect.units_sold,
            suspect.defects,
            suspect.expected,
            suspect.p_value,
            q_value,
        )
        for suspect, q_value in zip(asked, q_values, strict=True)
    ]
    telling = [
        suspect
        for suspect in found
        if suspect.defects >= FEWEST and suspect.ratio >= LEAST_RATIO and suspect.q_value <= rate
    ]
    return sorted(_without_echoes(telling), key=lambda suspect: suspect.p_value)


_Index = tuple[dict[tuple[int, str], Sold], dict[tuple[int, str, int | None], int]]


def _index(sold: Iterable[Sold], failed: Iterable[Failed]) -> _Index:
    defects: defaultdict[tuple[int, str, int | None], int] = defaultdict(int)
    for row in failed:
        defects[row.variant_id, row.lot, row.type_id] += row.units
    return {(row.variant_id, row.lot): row for row in sold}, dict(defects)


def _list_lots(
    sold: dict[tuple[int, str], Sold], defects: dict[tuple[int, str, int | None], int]
) -> list[Suspect]:
    lots: defaultdict[int, list[Sold]] = defaultdict(list)
    for row in sold.values():
        lots[row.variant_id].append(row)
    asked = []
    for (variant_id, lot, type_id), count in sorted(defects.items(), key=str):
        if not lot or (variant_id, lot) not in sold:
            continue
        mine = sold[variant_id, lot]
        rest = _Tally()
        for other in lots[variant_id]:
            if other.lot != lot:
                rest.unit_days += other.unit_days
                rest.defects += defects.get((variant_id, other.lot, type_id), 0)
        asked.append(_compare(variant_id, lot, type_id, mine.units, mine.unit_days, count, rest))
    return [suspect for suspect in asked if suspect]


def _list_skus(
    sold: dict[tuple[int, str], Sold], defects: dict[tuple[int, str, int | None], int]
) -> list[Suspect]:
    categories = {row.variant_id: row.category for row in sold.values()}
    exposure: defaultdict[int, _Tally] = defaultdict(_Tally)
    of_category: defaultdict[str, float] = defaultdict(float)
    for row in sold.values():
        exposure[row.variant_id].units += row.units
        exposure[row.variant_id].unit_days += row.unit_days
        of_category[row.category] += row.unit_days
    by_sku: defaultdict[tuple[int, int | None], int] = defaultdict(int)
    by_category: defaultdict[tuple[str, int | None], int] = defaultdict(int)
    for (variant_id, _, type_id), count in defects.items():
        if variant_id in categories:
            by_sku[variant_id, type_id] += count
            by_category[categories[variant_id], type_id] += count
    asked = []
    for (variant_id, type_id), count in sorted(by_sku.items(), key=str):
        mine, category = exposure[variant_id], categories[variant_id]
        rest = _Tally(
            unit_days=of_category[category] - mine.unit_days,
            defects=by_category[category, type_id] - count,
        )
        asked.append(_compare(variant_id, "", type_id, mine.units, mine.unit_days, count, rest))
    return [suspect for suspect in asked if suspect]


def _compare(
    variant_id: int,
    lot: str,
    type_id: int | None,
    units: int,
    unit_days: float,
    defects: int,
    rest: _Tally,
) -> Suspect | None:
    """Nothing to compare with is no suspicion."""
    if unit_days <= 0 or rest.unit_days <= 0:
        return None
    p_value = compare_rates(defects, unit_days, rest.defects, rest.unit_days)
    expected = rest.defects / rest.unit_days * unit_days
    return Suspect(variant_id, lot, type_id, units, defects, expected, p_value, 1.0)


def _without_echoes(found: list[Suspect]) -> list[Suspect]:
    """A SKU that stands out only by a lot that stands out itself is not told twice."""
    by_lot: defaultdict[tuple[int, int | None], int] = defaultdict(int)
    for suspect in found:
        if suspect.lot:
            by_lot[suspect.variant_id, suspect.type_id] += suspect.defects
    return [
        suspect
        for suspect in found
        if suspect.lot
        or suspect.defects - by_lot[suspect.variant_id, suspect.type_id]
        >= max(FEWEST, LEAST_RATIO * suspect.expected)
    ]

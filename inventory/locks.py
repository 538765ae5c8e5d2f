"""The row locks that are not taken inside SQL functions. Imported by `inventory.services` alone.

In this order: count, stock level, discrepancies by id, waiting lines by id.
"""

from __future__ import annotations

from collections.abc import Collection

from core.kept import KeptQuery
from core.transactions import requires_transaction
from inventory.models import (
    CycleCount,
    Discrepancy,
    Lot,
    StockLevel,
    Supply,
    Variant,
    WaitingLine,
)
from inventory.states import IN_QUEUE, DiscrepancyState


@requires_transaction
def lock_count(count_id: int) -> CycleCount:
    """Raises CycleCount.DoesNotExist."""
    count: CycleCount = CycleCount.objects.select_for_update(no_key=True).get(pk=count_id)
    return count


@requires_transaction
def lock_discrepancy(discrepancy_id: int) -> Discrepancy:
    """Raises Discrepancy.DoesNotExist."""
    rows = Discrepancy.objects.select_for_update(no_key=True)
    discrepancy: Discrepancy = rows.get(pk=discrepancy_id)
    return discrepancy


@requires_transaction
def lock_level(level_id: int) -> StockLevel:
    """Raises StockLevel.DoesNotExist."""
    level: StockLevel = StockLevel.objects.select_for_update(no_key=True).get(pk=level_id)
    return level


@requires_transaction
def lock_level_at(*, variant_id: int, location_id: int, lot: str) -> StockLevel | None:
    """The level of a place, when anything ever lay there."""
    level: StockLevel | None = (
        StockLevel.objects.select_for_update(no_key=True)
        .filter(variant=variant_id, location=location_id, lot=lot)
        .first()
    )
    return level


@requires_transaction
def lock_levels_of(variant_ids: Collection[int], *, location_id: int, lot: str) -> None:
    """The levels of several variants at one place, by id, before any of them is moved."""
    rows = StockLevel.objects.select_for_update(no_key=True).filter(
        variant__in=variant_ids, location=location_id, lot=lot
    )
    list(rows.order_by("pk"))


@requires_transaction
def lock_open_discrepancies(
    *, variant_id: int, location_id: int, lot: str, buckets: Collection[str]
) -> list[Discrepancy]:
    """What is open about a place, by id."""
    rows = Discrepancy.objects.select_for_update(no_key=True).filter(
        variant=variant_id,
        location=location_id,
        lot=lot,
        bucket__in=buckets,
        state=DiscrepancyState.OPEN,
    )
    return list(rows.order_by("pk"))


@requires_transaction
def lock_waiting(references: Collection[str]) -> list[WaitingLine]:
    """Those of these references that are in a queue, by id."""
    return _WAITING(sorted(references))


_WAITING: KeptQuery[WaitingLine] = KeptQuery(
    lambda references: (
        WaitingLine.objects.select_for_update(no_key=True)
        .filter(reference__in=references, state__in=IN_QUEUE)
        .order_by("pk")
    )
)


@requires_transaction
def lock_queue(variant_id: int) -> list[WaitingLine]:
    """All that wait for a variant, the oldest case first. Locked by id, as everywhere."""
    rows = WaitingLine.objects.select_for_update(no_key=True).filter(
        variant=variant_id, state__in=IN_QUEUE
    )
    return sorted(rows.order_by("pk"), key=lambda line: (line.since, line.pk))


@requires_transaction
def lock_supply(supply_id: int) -> Supply:
    """Raises Supply.DoesNotExist."""
    rows = Supply.objects.select_for_update(no_key=True, of=("self",))
    supply: Supply = rows.select_related("variant", "location").get(pk=supply_id)
    return supply


@requires_transaction
def lock_lot(*, variant_id: int, code: str) -> Lot:
    """A variant's lot; made when stock never named it, so that it is known once it comes."""
    variant = Variant.objects.get(pk=variant_id)
    Lot.objects.get_or_create(
        variant=variant, code=code, defaults={"partner_id": variant.partner_id}
    )
    lot: Lot = Lot.objects.select_for_update(no_key=True).get(variant=variant, code=code)
    return lot

"""The row locks that are not taken inside SQL functions. Imported by `inventory.services` alone.

In this order: count, stock level, discrepancies by id.
"""

from __future__ import annotations

from collections.abc import Collection

from core.transactions import requires_transaction
from inventory.models import CycleCount, Discrepancy, StockLevel
from inventory.states import DiscrepancyState


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

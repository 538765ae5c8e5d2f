"""What posting a discrepancy would do to the stock of now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from inventory.models import Discrepancy, Reservation, StockLevel
from inventory.states import LIVE, Bucket, ReservationState

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`change` units of a bucket that holds `before` now. What is not there is taken from active
    holds, the newest first (`ends`); `uncovered` units are all promised to the warehouse."""

    change: int
    before: int
    ends: Sequence[Reservation] = ()
    committed: Sequence[Reservation] = field(default=())
    uncovered: int = 0

    @property
    def after(self) -> int:
        freed = sum(hold.quantity for hold in self.ends)
        return max(0, self.before + freed + self.change)


def read_proposals(discrepancies: Iterable[Discrepancy]) -> dict[int, Proposal]:
    """By discrepancy id, for a whole page at once."""
    wanted = list(discrepancies)
    levels = _list_levels(wanted)
    holds = _list_holds(levels.values())
    proposals = {}
    for each in wanted:
        level = levels.get(_place_of(each))
        proposals[each.pk] = _propose(each, level, holds.get(level.pk, []) if level else [])
    return proposals


def _propose(
    discrepancy: Discrepancy, level: StockLevel | None, holds: Sequence[Reservation]
) -> Proposal:
    change, bucket = discrepancy.difference, discrepancy.bucket or Bucket.AVAILABLE
    before = getattr(level, bucket, 0) if level else 0
    lacking = -(before + change)
    if lacking <= 0 or bucket != Bucket.AVAILABLE:
        return Proposal(change=change, before=before, uncovered=max(0, lacking))
    ends = []
    for hold in holds:
        if lacking > 0 and hold.state == ReservationState.ACTIVE:
            ends.append(hold)
            lacking -= hold.quantity
    committed = [hold for hold in holds if hold.state == ReservationState.COMMITTED]
    return Proposal(
        change=change,
        before=before,
        ends=ends,
        committed=committed if lacking > 0 else (),
        uncovered=max(0, lacking),
    )


def _place_of(row: Discrepancy | StockLevel) -> Place:
    return (row.variant_id, row.location_id, row.lot)


def _list_levels(discrepancies: Sequence[Discrepancy]) -> dict[Place, StockLevel]:
    if not discrepancies:
        return {}
    wanted = Q()
    for each in discrepancies:
        wanted |= Q(variant=each.variant_id, location=each.location_id, lot=each.lot)
    return {_place_of(level): level for level in StockLevel.objects.filter(wanted)}


def _list_holds(levels: Iterable[StockLevel]) -> dict[int, list[Reservation]]:
    """Live holds by level, the newest first."""
    ids = [level.pk for level in levels]
    found: dict[int, list[Reservation]] = {}
    holds = Reservation.objects.filter(stock_level__in=ids, state__in=LIVE)
    for hold in holds.order_by("-made_at", "-pk"):
        found.setdefault(hold.stock_level_id, []).append(hold)
    return found

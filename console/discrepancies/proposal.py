"""What posting a discrepancy would do to the stock of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from core import clock
from inventory.models import Discrepancy, QuarantineBalance, Reservation, StockLevel
from inventory.states import LIVE, Bucket, ReservationState

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`change` units of a bucket that holds `before` now.

    Where less than that is free, due holds go first (`lapsed` units of them), then active ones,
    the newest first (`ends`). `uncovered` units are sold, or with the warehouse (`committed`),
    and nobody takes them away.
    """

    change: int
    before: int
    lapsed: int = 0
    ends: Sequence[Reservation] = ()
    committed: Sequence[Reservation] = ()
    uncovered: int = 0

    @property
    def after(self) -> int:
        freed = self.lapsed + sum(hold.quantity for hold in self.ends)
        return max(0, self.before + freed + self.change)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What lies at a place now: its level, its live holds newest first, quarantine by bin."""

    level: StockLevel | None
    holds: Sequence[Reservation]
    balances: dict[int, int]


def read_proposals(discrepancies: Iterable[Discrepancy]) -> dict[int, Proposal]:
    """By discrepancy id, for a whole page at once."""
    wanted = list(discrepancies)
    shelves = _read_shelves(wanted)
    return {each.pk: _propose(each, shelves[_place_of(each)]) for each in wanted}


def _propose(discrepancy: Discrepancy, shelf: _Shelf) -> Proposal:
    change = discrepancy.difference
    if discrepancy.bucket == Bucket.QUARANTINE:
        before = shelf.balances.get(discrepancy.bin_id or 0, 0)
        return Proposal(change=change, before=before, uncovered=max(0, -(before + change)))
    before = shelf.level.available if shelf.level else 0
    lacking = -(before + change)
    if lacking <= 0:
        return Proposal(change=change, before=before)
    return _end_holds(shelf.holds, change=change, before=before, lacking=lacking)


def _end_holds(holds: Sequence[Reservation], *, change: int, before: int, lacking: int) -> Proposal:
    now = clock.database_now()
    lapsed = 0
    ends: list[Reservation] = []
    active = [hold for hold in holds if hold.state == ReservationState.ACTIVE]
    for hold in active:
        if lapsed < lacking and _is_due(hold, now):
            lapsed += hold.quantity
    for hold in active:
        if lapsed + sum(each.quantity for each in ends) < lacking and not _is_due(hold, now):
            ends.append(hold)
    uncovered = max(0, lacking - lapsed - sum(hold.quantity for hold in ends))
    committed = [hold for hold in holds if hold.state == ReservationState.COMMITTED]
    return Proposal(
        change=change,
        before=before,
        lapsed=lapsed,
        ends=ends,
        committed=committed if uncovered else (),
        uncovered=uncovered,
    )


def _is_due(hold: Reservation, now: dt.datetime) -> bool:
    is_over = hold.expires_at is not None and hold.expires_at <= now
    return is_over and (hold.grace_until is None or hold.grace_until <= now)


def _place_of(row: Discrepancy | StockLevel) -> Place:
    return (row.variant_id, row.location_id, row.lot)


def _read_shelves(discrepancies: Sequence[Discrepancy]) -> dict[Place, _Shelf]:
    levels = _list_levels(discrepancies)
    ids = [level.pk for level in levels.values()]
    holds: dict[int, list[Reservation]] = {pk: [] for pk in ids}
    balances: dict[int, dict[int, int]] = {pk: {} for pk in ids}
    for hold in Reservation.objects.filter(stock_level__in=ids, state__in=LIVE).order_by("-pk"):
        holds[hold.stock_level_id].append(hold)
    for balance in QuarantineBalance.objects.filter(stock_level__in=ids):
        balances[balance.stock_level_id][balance.bin_id] = balance.quantity
    shelves = {}
    for place in {_place_of(each) for each in discrepancies}:
        level = levels.get(place)
        shelves[place] = (
            _Shelf(level, holds[level.pk], balances[level.pk]) if level else _Shelf(None, (), {})
        )
    return shelves


def _list_levels(discrepancies: Sequence[Discrepancy]) -> dict[Place, StockLevel]:
    if not discrepancies:
        return {}
    wanted = Q()
    for each in discrepancies:
        wanted |= Q(variant=each.variant_id, location=each.location_id, lot=each.lot)
    return {_place_of(level): level for level in StockLevel.objects.filter(wanted)}

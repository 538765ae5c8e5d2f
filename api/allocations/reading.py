"""Rows of allocations to what a partner calls one: all units under one of its references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from core.verdicts import Verdict
from inventory.models import Allocation
from inventory.states import AllocationState

# The desk's own references are `orderline:12`; a partner's have no colon, so they never meet.
DESKS_OWN = ":"


@dataclass(frozen=True, slots=True)
class Sale:
    """One reference: its rows, one for each lot it comes out of and each part that ended."""

    rows: Sequence[Allocation]

    @property
    def first(self) -> Allocation:
        return self.rows[0]

    @property
    def is_desks_own(self) -> bool:
        return DESKS_OWN in self.first.reference

    @property
    def state(self) -> AllocationState:
        """Open while anything is; shipped when something has left and nothing is open."""
        states = {row.state for row in self.rows}
        by_weight = (AllocationState.OPEN, AllocationState.SHIPPED, AllocationState.CANCELLED)
        return next(state for state in by_weight if state in states)

    def units(self, *states: AllocationState) -> int:
        return sum(row.quantity for row in self.rows if row.state in (states or AllocationState))

    @property
    def resolved_at(self) -> dt.datetime | None:
        if self.state == AllocationState.OPEN:
            return None
        return max(row.resolved_at for row in self.rows if row.resolved_at)

    def may_cancel(self) -> Verdict:
        return Verdict.of(
            self._belongs_to_an_order(),
            self.state == AllocationState.SHIPPED and "The goods have left already.",
            self.state == AllocationState.CANCELLED and "It is cancelled already.",
        )

    def may_ship(self) -> Verdict:
        return Verdict.of(
            self._belongs_to_an_order(),
            self.state != AllocationState.OPEN and "Nothing of it is open.",
        )

    def _belongs_to_an_order(self) -> str:
        return "It belongs to an order of the desk and follows that." if self.is_desks_own else ""


def latest_rows(partner_id: int) -> QuerySet[Allocation]:
    """One row for each sale, its newest: what lists of sales are paged by."""
    newer = Allocation.objects.filter(
        partner=OuterRef("partner"), reference=OuterRef("reference"), pk__gt=OuterRef("pk")
    )
    rows: QuerySet[Allocation] = Allocation.objects.for_partner(partner_id)
    return rows.filter(~Exists(newer))


def read_sales(*, partner_id: int, references: Collection[str]) -> dict[str, Sale]:
    """The newest sale under each reference: one that was cancelled may be made anew."""
    rows = (
        Allocation.objects.for_partner(partner_id)
        .filter(reference__in=references)
        .select_related("variant", "location", "stock_level__bin")
        .order_by("-made_at", "pk")
    )
    found: dict[str, list[Allocation]] = {}
    for row in rows:
        sale = found.setdefault(row.reference, [row])
        if row.made_at == sale[0].made_at and row is not sale[0]:
            sale.append(row)
    return {reference: Sale(rows) for reference, rows in found.items()}

"""One discrepancy as it is stored, read once for the page that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.discrepancies.proposal import Proposal, read_proposals
from console.people import name_people
from core.events import reference
from core.models import Event
from inventory.models import Discrepancy, Reservation, StockEntry, StockLevel
from inventory.states import DiscrepancyState
from returns.models import Return

ENTRIES_AT_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyRecord:
    """`entries` are the ledger's since the count, `events` its own, both newest first.

    `proposal` is None once it is decided. `names` says who is meant by ``user:12``, `cases`
    which case a hold is for.
    """

    discrepancy: Discrepancy
    level: StockLevel | None
    entries: list[StockEntry]
    events: list[Event]
    proposal: Proposal | None
    names: dict[str, str]
    cases: dict[str, str]

    @property
    def is_open(self) -> bool:
        return bool(self.discrepancy.state == DiscrepancyState.OPEN)


def read_record(discrepancy: Discrepancy) -> DiscrepancyRecord:
    level = StockLevel.objects.filter(
        variant=discrepancy.variant_id, location=discrepancy.location_id, lot=discrepancy.lot
    ).first()
    entries = _list_entries(discrepancy, level) if level else []
    events = list(Event.objects.filter(subject=reference(discrepancy)).order_by("-pk"))
    is_open = discrepancy.state == DiscrepancyState.OPEN
    proposal = read_proposals([discrepancy])[discrepancy.pk] if is_open else None
    actors = {entry.actor for entry in entries} | {event.actor for event in events}
    return DiscrepancyRecord(
        discrepancy=discrepancy,
        level=level,
        entries=entries,
        events=events,
        proposal=proposal,
        names=name_people(actors | {discrepancy.resolved_by}),
        cases=name_cases([*proposal.ends, *proposal.committed]) if proposal else {},
    )


def name_cases(holds: Iterable[Reservation]) -> dict[str, str]:
    """The number of the case that each hold is for, by hold number."""
    wanted = {hold.number: hold.case.partition(":")[2] for hold in holds if hold.case}
    rows = Return.objects.filter(pk__in=wanted.values()).values_list("pk", "number")
    numbers = {str(pk): number for pk, number in rows}
    return {hold: numbers[pk] for hold, pk in wanted.items() if pk in numbers}


def _list_entries(discrepancy: Discrepancy, level: StockLevel) -> list[StockEntry]:
    entries = StockEntry.objects.filter(stock_level=level, at__gte=discrepancy.counted_at)
    return list(entries.order_by("-sequence")[:ENTRIES_AT_MOST])

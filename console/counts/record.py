"""One count as it is stored: its lines in walking order, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404

from console.rights import Rights
from core.events import reference
from core.roles import Permission
from inventory.models import CycleCount, CycleCountLine, Discrepancy
from inventory.states import CountState

LONGEST_LIST = 100
DIFFERS = Q(counted__isnull=False) & ~Q(counted=F("expected"))
VIEWS = {
    "to_count": ("To count", Q(counted__isnull=True)),
    "counted": ("Counted", Q(counted__isnull=False)),
    "differing": ("Differing", DIFFERS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRecord:
    """`sizes` says how many lines each of `VIEWS` has."""

    count: CycleCount
    sizes: dict[str, int]

    @property
    def is_open(self) -> bool:
        return bool(self.count.state == CountState.OPEN)

    @property
    def total(self) -> int:
        return self.sizes["to_count"] + self.sizes["counted"]

    def lines(self) -> QuerySet[CycleCountLine]:
        """As they were listed when the count began: bin by bin."""
        lines: QuerySet[CycleCountLine] = self.count.lines.select_related(
            "stock_level__variant__product", "stock_level__bin"
        )
        return lines.order_by("pk")

    def list_of(self, view: str) -> list[CycleCountLine]:
        return list(self.lines().filter(VIEWS[view][1])[:LONGEST_LIST])

    def find(self, scan: str) -> list[CycleCountLine]:
        """The lines of a barcode or SKU; several where lots lie apart."""
        named = Q(stock_level__variant__sku__iexact=scan) | Q(stock_level__variant__barcode=scan)
        return list(self.lines().filter(named))

    def line_of(self, level_id: str) -> CycleCountLine | None:
        if not level_id.isdecimal():
            return None
        return self.lines().filter(stock_level=int(level_id)).first()

    def next_after(self, line: CycleCountLine | None) -> CycleCountLine | None:
        """The next one to count on the way, from the start again once the end is reached."""
        waiting = self.lines().filter(counted__isnull=True)
        further = waiting.filter(pk__gt=line.pk) if line else waiting
        return further.first() or waiting.first()

    def list_discrepancies(self) -> list[Discrepancy]:
        """What closing it opened, or brought up to date."""
        found = Discrepancy.objects.filter(reference=reference(self.count))
        return list(found.select_related("variant__product", "location", "bin").order_by("pk"))


def list_visible(
    rights: Rights, permission: Permission = Permission.SEE_STOCK
) -> QuerySet[CycleCount]:
    counts: QuerySet[CycleCount] = CycleCount.objects.visible_to(rights.user, permission)
    return counts.select_related("location", "bin")


def read_count(number: str, rights: Rights, permission: Permission) -> CountRecord:
    """Raises Http404 where it may not be seen."""
    count = get_object_or_404(list_visible(rights, permission), number=number.upper())
    sizes = {view: count.lines.filter(lines).count() for view, (_, lines) in VIEWS.items()}
    return CountRecord(count=count, sizes=sizes)

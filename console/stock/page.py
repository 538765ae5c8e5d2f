"""What the templates of `templates/console/stock/` are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from console.components import Action, Badge, BucketBar, EmptyState, HoldClock
from console.holds.page import WaitingRow


class HasBuckets(Protocol):
    available: int
    held: int
    allocated: int
    quarantine: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets:
    """Units by where they are kept; together they are what lies there."""

    available: int = 0
    held: int = 0
    allocated: int = 0
    quarantine: int = 0

    @classmethod
    def of(cls, level: HasBuckets) -> Buckets:
        return cls(
            available=level.available,
            held=level.held,
            allocated=level.allocated,
            quarantine=level.quarantine,
        )

    def __add__(self, other: Buckets) -> Buckets:
        return Buckets(
            available=self.available + other.available,
            held=self.held + other.held,
            allocated=self.allocated + other.allocated,
            quarantine=self.quarantine + other.quarantine,
        )

    @property
    def on_hand(self) -> int:
        return self.available + self.held + self.allocated + self.quarantine

    @property
    def bar(self) -> BucketBar:
        return BucketBar(
            available=self.available,
            held=self.held,
            allocated=self.allocated,
            quarantine=self.quarantine,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuRow:
    """One SKU over all its places."""

    title: str
    sku: str
    barcode: str
    category: str
    url: str
    buckets: Buckets
    places: int
    changed: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPage:
    words: str
    rows: list[SkuRow] = field(default_factory=list)
    note: str = ""
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """What one centre has of a SKU in one lot. `kept` is the safety stock and what a count missed
    there; `promisable` what an exchange may be promised of the rest."""

    place: str
    lot: str
    bin: str
    buckets: Buckets
    kept: int
    promisable: int
    sequence: int
    next_arrival: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A live hold of the SKU."""

    number: str
    url: str
    case_number: str
    case_url: str
    place: str
    units: int
    why: Badge
    ends: str
    clock: HoldClock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedRow:
    """Units sold on a channel and not sent yet."""

    reference: str
    order_url: str
    channel: str
    place: str
    units: int
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyRow:
    number: str
    place: str
    lot: str
    source: str
    expected: int
    counted: int
    difference: str
    when: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuPage:
    """One SKU over all its places, as of one moment; below, what keeps its units back."""

    title: str
    sku: str
    barcode: str
    category: str
    as_of: str
    total: Buckets
    promisable: int
    places: list[PlaceRow]
    holds: list[HeldRow]
    allocations: list[AllocatedRow]
    waiting: list[WaitingRow]
    discrepancies: list[DiscrepancyRow]
    links: list[Action] = field(default_factory=list)

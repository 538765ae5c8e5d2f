"""What the templates of `templates/console/stock/` are given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, Protocol

from console.components import Action, Badge, BucketBar, EmptyState, Found, HoldClock, Pager
from console.holds.page import WaitingRow


class HasBuckets(Protocol):
    @property
    def available(self) -> int: ...
    @property
    def held(self) -> int: ...
    @property
    def allocated(self) -> int: ...
    @property
    def quarantine(self) -> int: ...


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
    """What one centre has of a SKU in one lot.

    Of the centre as a whole, and shown in its first row only: `safety` units kept from exchanges,
    `missing` ones by a count, and what may be promised of the rest.
    """

    place: str
    lot: str
    bin: str
    buckets: Buckets
    warning: str
    is_first: bool
    safety: int
    missing: int
    promisable: int
    sequence: int


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
    sellable: int
    places: list[PlaceRow]
    holds: list[HeldRow]
    allocations: list[AllocatedRow]
    waiting: list[WaitingRow]
    discrepancies: list[DiscrepancyRow]
    ledger_url: str
    links: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One movement with what lay there after it. `about` is the record it was for, where it can
    be seen; `reference` names it in any case."""

    at: dt.datetime
    when: str
    units: str
    tone: Literal["gain", "loss", "within"]
    source: str
    target: str
    cause: str
    reason: str
    about: Found | None
    reference: str
    place: str
    lot: str
    who: str
    after: Buckets


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    title: str
    sku: str
    stock_url: str
    csv_url: str
    rows: list[LedgerRow]
    newest_url: str
    pager: Pager
    empty: EmptyState | None = None

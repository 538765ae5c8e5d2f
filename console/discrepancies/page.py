"""What the templates of discrepancies are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.forms import BaseForm

from console.components import (
    Badge,
    Banner,
    Check,
    EmptyState,
    Fact,
    GoodsLine,
    Pager,
    Tab,
    TimelineEntry,
)

Direction = Literal["more", "fewer", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyRow:
    """One line of the list. `danger` names what its correction would end, blank for nothing."""

    number: str
    url: str
    title: str
    sku: str
    place: str
    source: str
    ours: int
    theirs: int
    difference: str
    direction: Direction
    value: str
    age: str
    danger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepanciesPage:
    tabs: list[Tab]
    rows: list[DiscrepancyRow]
    pager: Pager
    is_open: bool
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One of the two figures: whose it is, what it says, and when it was true."""

    whose: str
    units: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """A line of the ledger, signed for the bucket that was counted."""

    at: str
    what: str
    move: str
    change: str
    left: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A form that decides: `says` is read before the button is pressed."""

    label: str
    says: str
    url: str
    form: BaseForm
    fields: dict[str, str]
    kind: Literal["primary", "secondary", "danger"] = "primary"
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyPage:
    number: str
    badge: Badge
    goods: GoodsLine
    ours: Count
    theirs: Count
    difference: str
    direction: Direction
    value: str
    proposal: list[Check]
    entries: list[EntryRow]
    facts: list[Fact]
    history: list[TimelineEntry]
    questions: list[Question] = field(default_factory=list)
    banner: Banner | None = None

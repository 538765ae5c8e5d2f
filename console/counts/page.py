"""What the templates of cycle counts are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.forms import BaseForm

from console.components import (
    Action,
    Badge,
    Banner,
    Check,
    EmptyState,
    GoodsLine,
    Pager,
    Tab,
)
from console.jobs.page import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One count in the list."""

    number: str
    url: str
    detail: str
    progress: str
    badge: Badge
    differing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsPage:
    tabs: list[Tab]
    rows: list[CountRow]
    pager: Pager
    begin: Action | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One level of a count. What the ledger says is blank until a figure stands beside it."""

    url: str
    title: str
    sku: str
    bin: str
    lot: str
    counted: str = ""
    expected: str = ""
    difference: str = ""
    direction: Literal["", "more", "fewer", "same"] = ""
    by: str = ""
    is_in_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInHand:
    """What is being counted just now."""

    goods: GoodsLine
    where: str
    form: BaseForm
    fields: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDifference:
    """A discrepancy that the count opened."""

    number: str
    url: str
    title: str
    difference: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPage:
    """A count being done, or what came of it. `matches` are lines that one scan may mean."""

    number: str
    url: str
    about: str
    badge: Badge
    progress: Progress
    tabs: list[Tab]
    rows: list[LineRow]
    rest: str = ""
    heard: Banner | None = None
    line: LineInHand | None = None
    matches: list[LineRow] = field(default_factory=list)
    what_follows: list[Check] = field(default_factory=list)
    close: Action | None = None
    cancel: Action | None = None
    found: list[FoundDifference] = field(default_factory=list)
    empty: EmptyState | None = None
    banner: Banner | None = None

    @property
    def is_counting(self) -> bool:
        """Whether this person may enter figures now."""
        return self.close is not None

"""What the templates of defects are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from console.charts import Bar, Line
from console.components import Action, Badge, Banner, Fact, Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRow:
    title: str
    url: str
    badge: Badge
    figures: str
    cases: str
    stops_lot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    case: str
    case_url: str
    when: str
    goods: str
    sku: str
    defect: str
    serial: str
    lot: str
    warranty: Badge
    pattern: str = ""
    pattern_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    label: str
    cases: int
    accuracy: str
    precision: str
    recall: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectsPage:
    """`accuracy` are the words of the whole; blank while inspection has answered nothing."""

    form: Any
    unusual: list[Bar]
    proposed: list[PatternRow]
    confirmed: list[PatternRow]
    clusters: list[Bar]
    reports: list[ReportRow]
    pager: Pager
    is_filtered: bool
    accuracy: str
    accuracy_note: str
    scores: list[ScoreRow]
    over_time: Line | None
    new_pattern_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    factor: str
    level: str
    units: str
    rate: str
    others: str
    times: str
    explains: str
    sure: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternPage:
    """One pattern: the figures behind it, what explains it, what is to come, what may be done."""

    title: str
    badge: Badge
    facts: list[Fact]
    figures: list[Fact]
    causes: list[CauseRow]
    words: list[Fact]
    coming: str
    coming_note: str
    months: Line | None
    hazards: Line | None
    reports: list[ReportRow]
    concerned: str
    actions: list[Action] = field(default_factory=list)
    banner: Banner | None = None

"""What the templates of visits are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.components import Action, Badge, EmptyState, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One appointment of a day."""

    url: str
    number: str
    slot: str
    crew: str
    customer: str
    place: str
    tasks: str
    case_number: str
    case_url: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBoard:
    day: str
    before_url: str
    after_url: str
    form: Any
    rows: list[VisitRow]
    empty: EmptyState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    word: str
    title: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPage:
    number: str
    day: str
    badge: Badge
    board_url: str
    case_number: str
    case_url: str
    facts: list[Fact]
    tasks: list[TaskRow]
    steps: list[Action]
    says: str
    report: Any = None
    report_action: Action | None = None

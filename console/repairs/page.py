"""What the templates of the workshop are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.components import Action, Badge, EmptyState, Fact, GoodsLine, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRow:
    """One line of the workshop's list."""

    number: str
    url: str
    title: str
    sku: str
    case_number: str
    case_url: str
    badge: Badge
    waits_for: str
    workshop: str
    estimate: str
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopPage:
    tabs: list[Tab]
    rows: list[RepairRow]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """A step that may be taken now, with its words and form."""

    code: str
    says: str
    form: Any
    action: Action
    otherwise: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPage:
    number: str
    case_number: str
    case_url: str
    badge: Badge
    waits_for: str
    goods: GoodsLine
    facts: list[Fact]
    steps: list[StepForm]
    blocked: list[Action]

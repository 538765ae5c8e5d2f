"""What the templates of jobs are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, EmptyState, Fact, Pager, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is. `total` is None while nobody knows how much there is to do."""

    words: str
    done: int
    total: int | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    url: str
    title: str
    detail: str
    badge: Badge
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    tabs: list[Tab]
    rows: list[JobRow]
    pager: Pager
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """One job. While it `is_live` its progress is asked for anew; `stop` is for who may."""

    title: str
    url: str
    badge: Badge
    progress: Progress
    facts: list[Fact]
    is_live: bool
    stop: Action | None = None
    result: list[Fact] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    problems_url: str = ""
    onward: list[Action] = field(default_factory=list)

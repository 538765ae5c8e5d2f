"""What the templates of warehouse links are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, Banner, EmptyState, Fact, Pager, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a link, and the list behind it."""

    label: str
    count: int
    url: str
    is_pressing: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """One warehouse at a glance."""

    title: str
    adapter: str
    badge: Badge
    figures: list[Figure]
    facts: list[Fact]
    switch: Action
    trouble: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksPage:
    cards: list[LinkCard]
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficRow:
    """A message to a warehouse, or a report from it."""

    url: str
    title: str
    detail: str
    badge: Badge
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPage:
    """Everything told to a warehouse, or everything it reported."""

    warehouse: str
    title: str
    says: str
    tabs: list[Tab]
    rows: list[TrafficRow]
    pager: Pager
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """One message or report, with its body as it goes over the wire."""

    warehouse: str
    list_title: str
    list_url: str
    title: str
    badge: Badge
    facts: list[Fact]
    body: str
    banner: Banner | None = None
    actions: list[Action] = field(default_factory=list)

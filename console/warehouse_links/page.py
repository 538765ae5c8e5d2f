"""What the templates of links are given: to warehouses, and to partners' programs."""

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
    """One link at a glance; `url` leads to its own page, where it has one."""

    title: str
    adapter: str
    badge: Badge
    figures: list[Figure]
    facts: list[Fact]
    switch: Action | None
    trouble: Banner | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksPage:
    cards: list[LinkCard]
    empty: EmptyState | None = None
    title: str = "Warehouse links"
    says: str = (
        "Messages wait here while a warehouse is down; nothing is lost and nothing is sent twice."
    )
    action: Action | None = None
    tabs: list[Tab] = field(default_factory=list)


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
    """Everything told over a link, or everything reported. `root` is the list of links."""

    warehouse: str
    title: str
    says: str
    tabs: list[Tab]
    rows: list[TrafficRow]
    pager: Pager
    empty: EmptyState | None = None
    root: str = "Warehouse links"
    root_url: str = ""


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
    root: str = "Warehouse links"
    root_url: str = ""

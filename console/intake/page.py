"""What the templates of intake are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, Banner, EmptyState, Fact, Pager, Tab, TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """One channel: when it was heard last, and what is unusual about it."""

    name: str
    heard: str
    badge: Badge
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Documents that wait for one reason; `holds_up` is why it stands where it stands."""

    code: str
    url: str
    title: str
    holds_up: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """A line of the order as it came; `wrong` says what is the matter with it."""

    label: str
    what: str
    amount: str
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would free how many, and the button that tries it on all."""

    says: str
    would: str
    try_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPanel:
    """The group that is looked at, by its first document."""

    title: str
    count: int
    document: str
    document_url: str
    origin: str
    badge: Badge
    reason: str
    picture: list[PictureRow]
    proposals: list[Proposal]
    actions: list[Action]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePage:
    sum_of_hour: str
    queue: str
    queue_is_deep: bool
    sources: list[SourceCard]
    groups: list[GroupRow]
    panel: GroupPanel | None = None
    empty: EmptyState | None = None
    old_orders_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """What a fix would do to a group, before it does."""

    title: str
    says: str
    would: str
    stays: list[Fact]
    url: str
    fields: dict[str, str]
    back_url: str
    button: str
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    url: str
    title: str
    detail: str
    reason: str
    badge: Badge
    age: str
    worth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage:
    tabs: list[Tab]
    rows: list[LetterRow]
    pager: Pager
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    title: str
    badge: Badge
    origin: str
    banner: Banner | None
    findings: list[Fact]
    differences: list[Fact]
    payload: str
    payload_note: str
    facts: list[Fact]
    history: list[TimelineEntry]
    actions: list[Action] = field(default_factory=list)

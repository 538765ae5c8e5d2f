"""What the templates of the mismatch desk are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms import BaseForm

from console.components import (
    Action,
    Badge,
    Banner,
    EmptyState,
    Fact,
    GoodsLine,
    Pager,
    Tab,
    TimelineEntry,
)
from console.evidence.page import PhotoTile


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchRow:
    """One difference in the list; `take` does what is suggested at one click."""

    number: str
    url: str
    kind: Badge
    case_number: str
    customer: str
    goods: str
    sku: str
    announced: str
    found: str
    is_serial: bool
    value: str
    age: str
    suggestion: str
    take: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchesPage:
    tabs: list[Tab]
    rows: list[MismatchRow]
    pager: Pager
    is_decided: bool
    empty: EmptyState | None = None
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What was announced, or what was found: the goods and what tells them apart."""

    goods: GoodsLine | None
    facts: list[Fact]
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChoice:
    """One way to decide it; one that cannot be taken says why."""

    value: str
    label: str
    note: str
    is_chosen: bool
    is_suggested: bool
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPreview:
    """What the customer would read, in their own language."""

    language: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MismatchPage:
    number: str
    kind: Badge
    state: Badge
    about: str
    case_number: str
    case_url: str
    announced: Side
    found: Side
    value: str
    why: str
    choices: list[RuleChoice]
    facts: list[Fact]
    history: list[TimelineEntry]
    photos: list[PhotoTile] = field(default_factory=list)
    form: BaseForm | None = None
    decide_url: str = ""
    stamp: dict[str, str] = field(default_factory=dict)
    letter: LetterPreview | None = None
    cannot_decide: str = ""
    banner: Banner | None = None

"""What the two templates of these screens are given: a list, and one record with its questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.forms import BaseForm

from console.components import (
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
class Row:
    """One record in a list."""

    title: str
    url: str
    detail: str
    badge: Badge
    amount: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    title: str
    says: str
    tabs: list[Tab]
    rows: list[Row]
    pager: Pager | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A form that changes something: `says` is read before the button is pressed."""

    label: str
    says: str
    url: str
    fields: dict[str, str]
    form: BaseForm | None = None
    kind: Literal["primary", "secondary", "danger"] = "secondary"
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    title: str
    code: str
    back_label: str
    back_url: str
    badge: Badge
    lines: list[GoodsLine]
    facts: list[Fact]
    lines_title: str = "Goods"
    about: str = ""
    questions: list[Question] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    rows_title: str = ""
    rows_empty: str = ""
    history: list[TimelineEntry] = field(default_factory=list)
    search: BaseForm | None = None
    photos: list[PhotoTile] = field(default_factory=list)
    banner: Banner | None = None

"""What the templates of the warehouse are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms import BaseForm

from console.components import (
    Badge,
    Banner,
    Check,
    EmptyState,
    Fact,
    GoodsLine,
    Tab,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One case or parcel in a list of work."""

    number: str
    url: str
    goods: str
    detail: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """One kind of work. `count` may exceed the rows, which are the oldest."""

    title: str
    says: str
    rows: list[WorkRow]
    count: int
    empty: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousePage:
    figures: str
    tabs: list[Tab]
    lists: list[WorkList]
    scanned: str = ""
    heard: list[str] = field(default_factory=list)
    at: str = ""
    matches: list[WorkRow] = field(default_factory=list)
    banner: Banner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedLine:
    """What the customer announced, and what of it has been counted so far."""

    goods: GoodsLine
    said: str
    counter: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One line being counted: the goods and the fields for them."""

    goods: GoodsLine
    form: BaseForm


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioChoice:
    """One of several; one that cannot be taken says why."""

    value: str
    label: str
    note: str = ""
    is_chosen: bool = False
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRow:
    """Received goods to be graded, with what each grade would lead to."""

    prefix: str
    goods: GoodsLine
    form: BaseForm
    grades: list[RadioChoice]
    passes: list[RadioChoice]
    dispositions: list[RadioChoice]
    suggested: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectPage:
    """Announced beside found. Either `counting` or `grading` is what is being done."""

    number: str
    case_url: str
    about: str
    badge: Badge
    tabs: list[Tab]
    step: str
    stamp: dict[str, str]
    announced: list[AnnouncedLine]
    facts: list[Fact]
    what_follows: list[Check]
    confirm_label: str
    blocked_because: str = ""
    arrival_form: BaseForm | None = None
    counting: list[CountRow] = field(default_factory=list)
    found: list[BaseForm] = field(default_factory=list)
    awaits_serial: str = ""
    grading: list[GradeRow] = field(default_factory=list)
    banner: Banner | None = None
    empty: EmptyState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLine:
    """One thing to fetch: where it lies, and the hold that keeps it."""

    goods: GoodsLine
    bin: str
    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedParcel:
    title: str
    about: str
    lines: list[PackedLine]
    form: BaseForm
    shipment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipPage:
    """The parcels of a case that wait to leave, or the reasons why none may."""

    number: str
    case_url: str
    about: str
    url: str
    stamp: dict[str, str]
    parcels: list[PackedParcel]
    banner: Banner | None = None
    empty: EmptyState | None = None

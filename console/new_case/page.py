"""What `templates/console/new_case.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms import BaseForm

from console.components import (
    Availability,
    Banner,
    Check,
    GoodsLine,
    MoneyCell,
    Sum,
)
from console.decisions import DecisionPanel
from console.evidence.page import PhotoTile


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHit:
    """One order the search found."""

    number: str
    url: str
    customer: str
    about: str
    lines: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """Photos that will go along with the case, each with the id it is sent back by."""

    field_name: str
    kept_name: str
    title: str
    progress: str
    is_enough: bool
    photos: list[tuple[str, PhotoTile]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingLine:
    """One line of the order: what may come back, the form of why, and what the rules say."""

    goods: GoodsLine
    form: BaseForm | None = None
    decision: DecisionPanel | None = None
    checks: list[Check] = field(default_factory=list)
    evidence: NewEvidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingLine:
    """One replacement to choose, with where it can ship from once it is chosen. `wait_name` is the
    field that says that it was chosen as back-ordered."""

    goods: GoodsLine
    availability: Availability | None = None
    wait_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingGroup:
    """What may go out for one line that comes back. `label` names it where there are several."""

    lines: list[GoingLine]
    search_name: str
    search: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingChoice:
    """When the replacement leaves; a way that cannot be taken now says why."""

    value: str
    label: str
    note: str
    is_chosen: bool = False
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What it comes to: the sums, one signed result in words, and what happens on confirming."""

    sums: list[Sum]
    result: MoneyCell | None
    what_follows: str
    confirm_label: str
    blocked_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherOrder:
    """An order of the same customer whose goods may come back in the same case."""

    value: str
    number: str
    about: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCasePage:
    """Either a search for the order, or the three columns for the order that was found."""

    words: str = ""
    hits: list[OrderHit] = field(default_factory=list)
    has_searched: bool = False
    order_number: str = ""
    order_url: str = ""
    about: str = ""
    currency: str = ""
    banner: Banner | None = None
    coming: list[ComingLine] = field(default_factory=list)
    others: list[OtherOrder] = field(default_factory=list)
    going: list[GoingGroup] = field(default_factory=list)
    nothing_goes_because: str = ""
    leaving: list[LeavingChoice] = field(default_factory=list)
    outcome: Outcome | None = None
    op_id: str = ""

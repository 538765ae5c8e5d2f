"""What `templates/console/case.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.case.risk import RiskPanel
from console.components import (
    Action,
    ActionBar,
    Availability,
    Badge,
    Banner,
    Conflict,
    Fact,
    GoodsLine,
    HoldClock,
    MoneyBox,
    Stepper,
    Tab,
    TimelineEntry,
)
from console.decisions import DecisionPanel
from console.evidence.page import EvidencePanel
from console.messages.acting import LeavingMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSide:
    """What comes back: where it stands, why it was let in, where it goes."""

    badge: Badge
    stepper: Stepper
    lines: list[GoodsLine]
    reason: str
    decisions: list[DecisionPanel]
    facts: list[Fact]
    evidence: EvidencePanel | None = None
    risk: RiskPanel | None = None
    papers: list[Action] = field(default_factory=list)
    differences: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostLine:
    """Goods that ought to be held and are not: where there are some now, who else waits for
    them, and what could go out instead."""

    goods: str
    stock_url: str
    is_there: bool
    places: Availability
    waiting: list[Fact]
    substitutes: list[GoodsLine]
    again: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSide:
    """What goes out. Without a number there is none yet; `starts_with` says what starts one."""

    number: str = ""
    badge: Badge | None = None
    stepper: Stepper | None = None
    lines: list[GoodsLine] = field(default_factory=list)
    availability: Availability | None = None
    clock: HoldClock | None = None
    lost: list[LostLine] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    starts_with: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """The whole case as one person sees it now. `about` are the words under the title."""

    number: str
    customer: str
    customer_url: str
    order_number: str
    order_url: str
    opened: str
    about: list[str]
    badges: list[Badge]
    money: MoneyBox
    return_side: ReturnSide
    exchange_side: ExchangeSide
    timeline: list[TimelineEntry]
    timeline_tabs: list[Tab]
    actions: ActionBar
    leaving: list[LeavingMessage] = field(default_factory=list)
    banner: Banner | None = None
    conflict: Conflict | None = None
    is_over: bool = False

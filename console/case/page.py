"""What `templates/console/case.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import (
    ActionBar,
    Availability,
    Badge,
    Banner,
    Check,
    Conflict,
    Fact,
    GoodsLine,
    HoldClock,
    MoneyBox,
    Stepper,
    Tab,
    TimelineEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSide:
    """What comes back: where it stands, why it was let in, where it goes."""

    badge: Badge
    stepper: Stepper
    lines: list[GoodsLine]
    reason: str
    checks: list[Check]
    facts: list[Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSide:
    """What goes out. Without a number there is none yet; `starts_with` says what starts one."""

    number: str = ""
    badge: Badge | None = None
    stepper: Stepper | None = None
    lines: list[GoodsLine] = field(default_factory=list)
    availability: Availability | None = None
    clock: HoldClock | None = None
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
    banner: Banner | None = None
    conflict: Conflict | None = None

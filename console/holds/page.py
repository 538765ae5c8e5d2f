"""What `templates/console/holds.html` and `hold.html` are given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import (
    Action,
    Availability,
    Badge,
    Banner,
    EmptyState,
    Fact,
    HoldClock,
    Pager,
    Tab,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One hold. Without a clock `ends` says when or how; without actions nobody may change it."""

    number: str
    url: str
    case_number: str
    case_url: str
    title: str
    sku: str
    stock_url: str
    place: str
    bin: str
    units: int
    why: Badge
    ends: str = ""
    clock: HoldClock | None = None
    extension_url: str = ""
    release_url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGroup:
    """A centre with what is held there; its rows are those that end first."""

    name: str
    figures: str
    rows: list[HoldRow]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A line that wants stock which was not there; `turn` is its place in the line for the SKU."""

    case_number: str
    case_url: str
    title: str
    sku: str
    stock_url: str
    units: int
    channel: str
    since: str
    age: str
    turn: str
    free: int
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPanel:
    """One hold beside the board: what it is, why it lies there, who is next, what may be done."""

    number: str
    url: str
    why: Badge
    facts: list[Fact]
    clock: HoldClock | None = None
    ranking: Availability | None = None
    lapses: str = ""
    actions: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsPage:
    """The board in one view: `rows`, `places` or `waiting`. `is_over`: the holds have ended."""

    label: str
    tabs: list[Tab]
    figures: str
    pager: Pager
    rows: list[HoldRow] = field(default_factory=list)
    places: list[PlaceGroup] = field(default_factory=list)
    waiting: list[WaitingRow] = field(default_factory=list)
    is_over: bool = False
    panel: HoldPanel | None = None
    empty: EmptyState | None = None
    banner: Banner | None = None

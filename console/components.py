"""What each template in `templates/components/` is given: one frozen object per component.

Amounts and dates arrive as the reader's words (formatted by locale and time zone before they get
here), so a component only lays them out. The gallery at /dev/components/ shows every one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Tone = Literal["plain", "info", "good", "warn", "bad", "hold"]

# Colour is never alone: each tone has a sign of its own, and a badge always has words.
ICON_OF_TONE: dict[Tone, str] = {
    "plain": "ring",
    "info": "dot",
    "good": "check",
    "warn": "clock",
    "bad": "alert",
    "hold": "hold",
}


def words_for_time_left(left: timedelta) -> str:
    """How long something still lasts, as static/js/hold-countdown.js goes on saying it."""
    seconds = max(0, -(-left // timedelta(seconds=1)))
    if seconds == 0:
        return "ended"
    if seconds < 60:
        return f"{seconds} s left"
    minutes, rest = divmod(seconds, 60)
    if minutes < 10:
        return f"{minutes}:{rest:02} left"
    if minutes < 60:
        return f"{minutes} min left"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min left"
    return f"{hours // 24} d {hours % 24} h left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """`components/badge.html`: a state in a word, with the sign of its tone."""

    word: str
    tone: Tone = "plain"
    icon: str = ""

    @property
    def sign(self) -> str:
        return self.icon or ICON_OF_TONE[self.tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One station of a stepper. `note` is when it happened, or what it waits for."""

    word: str
    state: Literal["done", "now", "todo", "stopped"] = "todo"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepper:
    """`components/stepper.html`: where one side stands, and the one thing it waits for."""

    label: str
    steps: list[Step]
    waits_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCell:
    """One amount of the money box. `operator` is the icon between it and the amount before."""

    label: str
    amount: str
    note: str = ""
    tone: Literal["plain", "due", "refund", "even", "hold"] = "plain"
    operator: Literal["", "right", "equals", "plus", "minus"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBox:
    """`components/money_box.html`: what comes back against what goes out, ending in one result."""

    cells: list[MoneyCell]
    linking_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """One fulfilment centre in the availability table; `value` makes it a choice.

    `reason` says what speaks for the place or against it.
    """

    centre: str
    free: str
    distance: str
    cost: str
    arrives: str
    reason: str = ""
    value: str = ""
    is_chosen: bool = False
    is_held_here: bool = False
    is_short: bool = False
    has_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """`components/availability.html`: free stock per centre, best first, as of a moment."""

    caption: str
    rows: list[StockRow]
    as_of: str
    field_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """`components/goods_line.html`: one thing, with its picture. `value` makes it a choice."""

    title: str
    sku: str
    category: str
    detail: str = ""
    amount: str = ""
    badge: Badge | None = None
    is_out: bool = False
    field_name: str = ""
    value: str = ""
    is_chosen: bool = False
    picker: Literal["radio", "checkbox"] = "radio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule's answer, and where the rule stands ("rule 12 v4")."""

    sentence: str
    outcome: Literal["pass", "review", "fail"] = "pass"
    source: str = ""

    @property
    def sign(self) -> str:
        return {"pass": "check", "review": "alert", "fail": "cross"}[self.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row of `components/facts.html`."""

    term: str
    value: str
    url: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One row of `components/sums.html`."""

    term: str
    amount: str
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldClock:
    """`components/hold_clock.html`: a hold running out, ticking from the server's clock."""

    taken_at: datetime
    expires_at: datetime
    now: datetime
    ends_words: str

    @property
    def words_left(self) -> str:
        return words_for_time_left(self.expires_at - self.now)

    @property
    def brief_words(self) -> str:
        """For a column that says itself what the time is."""
        return self.words_left.removesuffix(" left")

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.expires_at - self.now).total_seconds()))

    @property
    def seconds_in_all(self) -> int:
        return max(1, int((self.expires_at - self.taken_at).total_seconds()))

    @property
    def seconds_run(self) -> int:
        return max(0, self.seconds_in_all - self.seconds_left)

    @property
    def urgency(self) -> Literal["calm", "soon", "over"]:
        if self.seconds_left == 0:
            return "over"
        return "soon" if self.seconds_left < 600 else "calm"


@dataclass(frozen=True, slots=True)
class BarPart:
    """One stretch of a bar, in hundredths of its length."""

    kind: str
    start: float
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketBar:
    """`components/bucket_bar.html`: which part of the units on hand is free, which kept back."""

    available: int = 0
    held: int = 0
    allocated: int = 0
    quarantine: int = 0

    @property
    def words(self) -> str:
        kinds = ("available", "held", "allocated", "quarantine")
        return ", ".join(f"{getattr(self, kind)} {kind}" for kind in kinds if getattr(self, kind))

    @property
    def parts(self) -> list[BarPart]:
        units = {
            "available": self.available,
            "held": self.held,
            "allocated": self.allocated,
            "quarantine": self.quarantine,
        }
        total, start, parts = sum(units.values()) or 1, 0.0, []
        for kind, count in units.items():
            if count:
                length = round(100 * count / total, 2)
                parts.append(BarPart(kind, round(start, 2), length))
                start += length
        return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One event of a case, newest first in `components/timeline.html`."""

    what: str
    at: datetime
    when: str
    detail: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view of a list; the current one is where the page stands."""

    label: str
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`components/action.html`: something that may be done now, or the reason why not.

    `method` "post" makes a form of its own with `fields` as hidden inputs; "get" makes a link.
    `opens` names a `<dialog>` that does the same on the page; `swaps` the id of the element that
    the answer replaces where there is script, `fills` that of the `<dialog>` which opens with the
    answer of a "get". What a role can never do is left
    out by whoever builds the bar; what it cannot do now keeps `blocked_because`, and
    `shares_reason` where the one after it says the same.
    """

    label: str
    url: str
    method: Literal["get", "post"] = "post"
    kind: Literal["primary", "secondary", "danger", "quiet"] = "secondary"
    key: str = ""
    opens: str = ""
    swaps: str = ""
    fills: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    blocked_because: str = ""
    shares_reason: bool = False
    fix_label: str = ""
    fix_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionBar:
    """`components/action_bar.html`: the next step first, the way out last."""

    actions: list[Action]
    last: list[Action] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """`components/banner.html`: one sentence that concerns the whole page."""

    words: str
    tone: Tone = "info"
    action: Action | None = None

    @property
    def sign(self) -> str:
        return ICON_OF_TONE[self.tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyState:
    """`components/empty_state.html`: says what emptied the list, and the way on."""

    title: str
    words: str
    icon: str = "inbox"
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """`components/pager.html`: one page of a list that is walked by key, not by number."""

    shown: str
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`components/conflict.html`: someone else was quicker; what is now, what was typed."""

    words: str
    changes: list[Fact]
    unsaved: list[Fact]
    reapply: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One option of the command palette and of the search page."""

    label: str
    url: str
    icon: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailLink:
    label: str
    url: str
    key: str = ""
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RailGroup:
    """One part of the rail; the first has no label."""

    links: list[RailLink]
    label: str = ""

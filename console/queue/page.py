"""What `templates/console/queue.html` is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.components import Badge, EmptyState, Pager, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One case in one line. `coming` and `going` are the goods on each side of the swap."""

    number: str
    url: str
    channel: str
    customer: str
    tier: str
    coming: str
    going: str
    reason: str
    return_badge: Badge
    exchange_badge: Badge | None
    difference: str
    hold: str
    hold_urgency: Literal["calm", "soon", "over"]
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One view of the queue. `figures` is the sentence beside the title."""

    tabs: list[Tab]
    rows: list[QueueRow]
    pager: Pager
    figures: str = ""
    next_case_url: str = ""
    empty: EmptyState | None = None

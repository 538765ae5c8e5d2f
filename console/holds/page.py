"""What `templates/console/holds.html` is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.components import Badge, EmptyState, Pager, Tab


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One hold. `seconds_left` of `seconds_in_all` draw its meter; 0 of 0 has none."""

    number: str
    case_number: str
    case_url: str
    title: str
    sku: str
    place: str
    units: int
    why: Badge
    ends: str
    urgency: Literal["calm", "soon", "over"] = "calm"
    seconds_left: int = 0
    seconds_in_all: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsPage:
    tabs: list[Tab]
    rows: list[HoldRow]
    pager: Pager
    figures: str
    empty: EmptyState | None = None

"""What `templates/console/options.html` is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.components import Action, Badge, Banner, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCard:
    """One outcome. `cash` is the one line that everybody reads; the rest explains it."""

    kind: str
    title: str
    goods: str
    badge: Badge | None
    cash_label: str
    cash: str
    cash_tone: str
    facts: list[Fact]
    margin: list[Fact]
    margin_sum: str
    notes: list[str]
    warnings: list[str]
    flip: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsPage:
    """All of them. `obstacle` stands there where there is nothing to choose."""

    case_number: str
    case_url: str
    url: str
    sku: str
    percent: str
    as_of: str
    obstacle: str = ""
    banner: Banner | None = None
    cards: list[OptionCard] = field(default_factory=list)

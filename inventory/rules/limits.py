"""How long stock is held, for whom, and how much of it: what the admin's rules come down to.

Several rules may set the same value. The one that names more of its scope wins, then the higher
priority, then the newer; each value finds its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from inventory.states import AtExpiry, LastUnits


@dataclass(frozen=True, slots=True)
class HoldScope:
    """Whom a hold is for, in the codes that rules speak in. Blank: not said."""

    channel: str = ""
    exchange_type: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """What the hold rules come to for one scope; the defaults are what counts without a rule.

    `quote` and `accepted` are lengths; `longest` bounds a hold with all its extensions, counted
    from when it was made; `grace` bounds how long a payment in flight may keep a due hold.
    """

    quote: dt.timedelta = dt.timedelta(minutes=30)
    accepted: dt.timedelta = dt.timedelta(days=21)
    longest: dt.timedelta = dt.timedelta(days=60)
    grace: dt.timedelta = dt.timedelta(minutes=10)
    at_expiry: AtExpiry = AtExpiry.RELEASE
    may_split: bool = False
    last_units: int = 0
    last_units_for: LastUnits = LastUnits.ANYONE


@dataclass(frozen=True, slots=True)
class StockLimits:
    """How much may be held of what lies there.

    `safety`: by variant and location, the free units that are not promised: the safety stock and
    whatever an open discrepancy says is not there. `missing` is the latter alone. `caps`: by
    variant, the most units that the scope's channel may hold at once over all locations.
    """

    safety: Mapping[tuple[int, int], int] = field(default_factory=dict)
    caps: Mapping[int, int] = field(default_factory=dict)
    missing: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StockScope:
    """Which stock, seen from which channel."""

    variant_id: int
    category: str
    location_id: int | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule as it is weighed: the codes it names, and the values it sets, by name."""

    rule_id: int
    names: Mapping[str, Any]
    sets: Mapping[str, Any]
    priority: int = 0

    @property
    def precedence(self) -> tuple[int, int, int]:
        """Sorts the rule that counts to the front."""
        return (-len(self.names), -self.priority, -self.rule_id)

    def fits(self, scope: HoldScope | StockScope) -> bool:
        return all(getattr(scope, name) == code for name, code in self.names.items())


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a rule before those that give way, or no rule at all."""

    value: Any
    rule_id: int | None = None
    giving_way: tuple[int, ...] = ()


def find_source(
    limits: Collection[Limit], name: str, scope: HoldScope | StockScope, *, default: Any = None
) -> Source:
    """Which of `limits` gives the value `name` for a scope."""
    if not limits:
        return Source(default)
    fitting = sorted(
        (limit for limit in limits if name in limit.sets and limit.fits(scope)),
        key=lambda limit: limit.precedence,
    )
    if not fitting:
        return Source(default)
    first, *others = fitting
    return Source(first.sets[name], first.rule_id, tuple(limit.rule_id for limit in others))


def explain_hold_terms(limits: Collection[Limit], scope: HoldScope) -> dict[str, Source]:
    """Every value of the terms with the rule it comes from."""
    return {
        term.name: find_source(limits, term.name, scope, default=term.default)
        for term in fields(HoldTerms)
    }


def resolve_hold_terms(limits: Collection[Limit], scope: HoldScope) -> HoldTerms:
    """The terms that `limits` come to for a scope."""
    sources = explain_hold_terms(limits, scope)
    return HoldTerms(**{name: source.value for name, source in sources.items()})


def find_safety_stock(limits: Collection[Limit], scope: StockScope) -> Source:
    """Units of a variant at a location that stay free of holds."""
    return find_source(limits, "safety_stock", scope, default=0)


def find_pool_cap(limits: Collection[Limit], scope: StockScope) -> Source:
    """The most units of a variant that a channel may hold at once; None where nothing says so."""
    return find_source(limits, "pool_cap", scope)


LABELS = {
    "quote": "While the customer decides",
    "accepted": "Once accepted",
    "longest": "Longest, with every extension",
    "grace": "Grace for a payment in flight",
    "at_expiry": "When a hold ends",
    "may_split": "Several places for one line",
    "last_units": "Free units that count as the last",
    "last_units_for": "Who may have the last units",
    "safety_stock": "Safety stock of each place",
    "pool_cap": "Most units held by one channel",
}


def say_value(name: str, value: Any) -> str:
    """A value as people read it: ``21 days``, ``yes``, ``no cap``."""
    if value is None:
        return "no cap"
    if isinstance(value, dt.timedelta):
        return _say_length(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(getattr(value, "label", value)).lower()


def say_values(sets: Mapping[str, Any]) -> str:
    """All that a rule lays down, in one sentence."""
    return "; ".join(
        f"{LABELS[name].lower()}: {say_value(name, value)}" for name, value in sets.items()
    )


def _say_length(length: dt.timedelta) -> str:
    for unit, name in ((dt.timedelta(days=1), "day"), (dt.timedelta(hours=1), "hour")):
        if length and not length % unit:
            count = length // unit
            return f"{count} {name}" + ("" if count == 1 else "s")
    return f"{length // dt.timedelta(minutes=1)} minutes"

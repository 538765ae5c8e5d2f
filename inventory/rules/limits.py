"""How long stock is held, for whom, and how much of it. What the admin's rules come down to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.states import AtExpiry, LastUnits


@dataclass(frozen=True, slots=True)
class HoldScope:
    """Whom a hold is for, in the codes that rules speak in. Blank: not said."""

    channel: str = ""
    exchange_type: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """What the hold rules come to for one scope.

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

    `safety`: by variant and location, the units that stay free of holds. `caps`: by variant, the
    most units that the scope's channel may hold at once over all locations.
    """

    safety: Mapping[tuple[int, int], int] = field(default_factory=dict)
    caps: Mapping[int, int] = field(default_factory=dict)

"""What a verdict is given on: plain values, so that a stored case can be judged again."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One line that somebody wants to send back.

    The four days are calendar days of the channel's time zone (`local_day`). `goods_net` is the
    frozen value of the units that come back, without tax, in `currency`.
    """

    channel: str
    account_tier: str
    category: str
    sku: str
    reason: str
    country: str
    currency: str
    requested_on: dt.date
    placed_on: dt.date
    shipped_on: dt.date | None = None
    delivered_on: dt.date | None = None
    is_returnable: bool = True
    goods_net: Decimal = Decimal(0)
    is_our_fault: bool = False
    outcome: str = "refund"

    def as_json(self) -> dict[str, Any]:
        """Days in ISO form and decimals as text; `from_json` reads it back unchanged."""
        return {
            name: str(value) if isinstance(value, dt.date | Decimal) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CaseFacts:
        days = {
            name: dt.date.fromisoformat(stored[name]) if stored[name] else None
            for name in ("requested_on", "placed_on", "shipped_on", "delivered_on")
        }
        return cls(**{**stored, **days, "goods_net": Decimal(stored["goods_net"])})


def local_day(moment: dt.datetime, time_zone: str) -> dt.date:
    """The calendar day on which `moment` falls for a shop in `time_zone`.

    Windows count these days: 1 March 23:30 in New York is already 2 March in UTC.
    """
    return moment.astimezone(ZoneInfo(time_zone)).date()

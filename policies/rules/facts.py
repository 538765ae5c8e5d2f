"""What a verdict is given on: plain values, so that a stored case can be judged again."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

_DAYS = ("requested_on", "placed_on", "shipped_on", "delivered_on")
_AMOUNTS = ("goods_net", "goods_gross")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One line that somebody wants to send back.

    The four days are calendar days of the channel's time zone (`local_day`). `goods_net` and
    `goods_gross` are the frozen value of the units that come back, without and with tax, in
    `currency`. `condition` is what the customer says of it: unopened, opened, used, or blank.
    `pattern_cases` says how many cases stand behind the defect pattern it matches; 0, none.
    `photos_seen_before` of the `photos` look like one of another case.
    `returns_in_90_days` and `units_in_90_days` are those of the same customer, address or card
    before this one. Every fact that came later has a default, so that older cases can be read.
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
    goods_gross: Decimal = Decimal(0)
    units: int = 1
    is_final_sale: bool = False
    is_gift: bool = False
    is_new_customer: bool = False
    condition: str = ""
    defect_type: str = ""
    photos: int = 0
    photos_seen_before: int = 0
    is_serialised: bool = False
    has_serial: bool = False
    serial_matches: bool | None = None
    warranty_months: int | None = None
    pattern_cases: int = 0
    returns_in_90_days: int = 0
    units_in_90_days: int = 0
    risk_score: int = 0

    @property
    def value(self) -> Decimal:
        """What would be paid out: with tax, but for cases that were judged without knowing it."""
        return max(self.goods_gross, self.goods_net)

    def as_json(self) -> dict[str, Any]:
        """Days in ISO form and decimals as text; `from_json` reads it back unchanged."""
        return {
            name: str(value) if isinstance(value, dt.date | Decimal) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CaseFacts:
        """Facts as they were stored; others raise KeyError, TypeError or ValueError."""
        values = dict(stored)
        for name in _DAYS:
            day = stored[name]
            values[name] = dt.date.fromisoformat(day) if day else None
        for name in _AMOUNTS:
            values[name] = Decimal(stored.get(name, 0))
        return cls(**values)


def local_day(moment: dt.datetime, time_zone: str) -> dt.date:
    """The calendar day on which `moment` falls for a shop in `time_zone`.

    Windows count these days: 1 March 23:30 in New York is already 2 March in UTC.
    """
    return moment.astimezone(ZoneInfo(time_zone)).date()

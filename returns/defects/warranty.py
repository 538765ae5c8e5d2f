"""What the warranty gives for a defect: full refund, partial credit, repair or nothing."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from returns.states import WarrantyVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantyTerms:
    """`gives` inside the warranty of `months` from the day the goods reached the customer.

    `rate` is the share of the value that a partial credit gives. Months None: no warranty.
    """

    months: int | None
    gives: str = WarrantyVerdict.FULL_REFUND
    rate: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Warranty:
    """The verdict, and until when. `sentence` says why, in words an agent can read out."""

    verdict: WarrantyVerdict
    until: dt.date | None
    rate: Decimal
    sentence: str


def compute_warranty(
    terms: WarrantyTerms, *, began_on: dt.date, today: dt.date, serial_matches: bool | None
) -> Warranty:
    """The verdict of `today`. The last day still counts.

    Somebody else's serial number has no warranty here: it was not sold on this order.
    """
    if not terms.months:
        return _nothing(None, "There is no warranty on it.")
    until = add_months(began_on, terms.months)
    if today > until:
        return _nothing(until, f"The warranty ended on {_day(until)}.")
    if serial_matches is False:
        return _nothing(until, "This serial number was not sold on this order.")
    gives = WarrantyVerdict(terms.gives)
    if gives == WarrantyVerdict.NONE:
        return _nothing(until, "The policy gives nothing under warranty.")
    rate = terms.rate if gives == WarrantyVerdict.PARTIAL_CREDIT else Decimal(1)
    share = f" of {rate * 100:f} %".replace(".00 %", " %") if rate != 1 else ""
    words = f"Under warranty until {_day(until)}: {gives.label.lower()}{share}."
    return Warranty(verdict=gives, until=until, rate=rate, sentence=words)


def _nothing(until: dt.date | None, why: str) -> Warranty:
    return Warranty(verdict=WarrantyVerdict.NONE, until=until, rate=Decimal(0), sentence=why)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"

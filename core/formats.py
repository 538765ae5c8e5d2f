"""Amounts, dates and times as the reader writes them: by their locale and in their time zone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers

from core.money import Money

Length = Literal["short", "medium", "long", "full"]


def locale_of(tag: str) -> Locale:
    """The locale of a language tag such as ``de-AT``; English for one that is unknown."""
    try:
        return Locale.parse(tag, sep="-") if "-" in tag else Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def language_of(tag: str) -> str:
    """The language alone, for words we have by language: ``de`` for ``de-AT``."""
    return str(locale_of(tag).language)


def format_money(amount: Decimal, currency: str, locale: str) -> str:
    """The amount at its currency's own exponent: “1.234,50 €”, “¥1,235”."""
    return Money(amount, currency).format(str(locale_of(locale)))


def format_number(number: Decimal | int, locale: str) -> str:
    return numbers.format_decimal(number, locale=locale_of(locale))


def format_percent(rate: Decimal, locale: str) -> str:
    """A rate as a percentage with at most two digits: 0.19 is “19 %” in German."""
    return numbers.format_percent(rate, locale=locale_of(locale), format=_percent(locale))


def _percent(locale: str) -> str:
    pattern: str = locale_of(locale).percent_formats[None].pattern
    return pattern.replace("#,##0", "#,##0.##")


def format_date(day: dt.date, locale: str, length: Length = "medium") -> str:
    return dates.format_date(day, format=length, locale=locale_of(locale))


def format_moment(
    moment: dt.datetime, *, locale: str, time_zone: str, length: Length = "medium"
) -> str:
    """Day, hour and minute of an aware `moment` in `time_zone`: “Nov 6, 2026, 10:36 AM”."""
    day = format_date(local_date(moment, time_zone), locale, length)
    time = format_time(moment, locale=locale, time_zone=time_zone)
    pattern = str(dates.get_datetime_format("medium", locale=locale_of(locale)))
    return pattern.replace("'", "").format(time, day)


def format_time(moment: dt.datetime, *, locale: str, time_zone: str) -> str:
    """Hours and minutes of `moment` in `time_zone`: “10:36”, “10:36 AM”."""
    return dates.format_time(
        moment, format="short", tzinfo=ZoneInfo(time_zone), locale=locale_of(locale)
    )


def format_list(items: list[str], locale: str) -> str:
    """“a, b and c” in the reader's language."""
    return lists.format_list(items, locale=locale_of(locale)) if items else ""


def local_date(moment: dt.datetime, time_zone: str) -> dt.date:
    """The calendar day of `moment` in `time_zone`; policy windows count in these."""
    return moment.astimezone(ZoneInfo(time_zone)).date()

"""Tags that write amounts and times for the person who is signed in: ``{% load formats %}``.

Locale and time zone are the user's; without one (a sign-in page) English and UTC.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template

from core import formats

register = template.Library()


@register.simple_tag(takes_context=True)
def money(context: template.Context, value: Decimal | None, currency: str) -> str:
    """``{% money line.net line.currency %}``, in the user's locale."""
    return "" if value is None else formats.format_money(value, currency, _locale(context))


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: dt.date | dt.datetime | None, length: str = "") -> str:
    """A date; a moment is first brought into the user's time zone."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = formats.local_date(value, _time_zone(context))
    return formats.format_date(value, _locale(context), length or "medium")  # type: ignore[arg-type]


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: dt.datetime | None) -> str:
    """Day, hour and minute in the user's time zone."""
    if value is None:
        return ""
    return formats.format_moment(value, locale=_locale(context), time_zone=_time_zone(context))


@register.simple_tag(takes_context=True)
def hour(context: template.Context, value: dt.datetime | None) -> str:
    """Hour and minute in the user's time zone."""
    if value is None:
        return ""
    return formats.format_time(value, locale=_locale(context), time_zone=_time_zone(context))


def _locale(context: template.Context) -> str:
    return _preference(context, "locale", "en")


def _time_zone(context: template.Context) -> str:
    return _preference(context, "time_zone", "UTC")


def _preference(context: template.Context, name: str, otherwise: str) -> str:
    user: Any = getattr(context.get("request"), "user", None) or context.get("user")
    return getattr(user, name, "") or otherwise

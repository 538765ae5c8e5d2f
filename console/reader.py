"""Whoever reads the screen: how they write amounts and times, and what time it is for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel import dates
from django.http import HttpRequest

from core import clock, formats
from core.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Turns values into this person's words. `now` is read once for the whole page."""

    user: User
    now: dt.datetime

    @classmethod
    def of(cls, request: HttpRequest) -> Reader:
        user: Any = request.user
        return cls(user=user, now=clock.now())

    @property
    def locale(self) -> str:
        return self.user.locale or "en"

    @property
    def time_zone(self) -> str:
        return self.user.time_zone or "UTC"

    def money(self, amount: Decimal, currency: str) -> str:
        return formats.format_money(amount, currency, self.locale)

    def difference(self, amount: Decimal, currency: str) -> str:
        """A signed amount: “+€4.00” is paid by the customer, “−€4.00” by us."""
        sign = {True: "+", False: "−"}[amount > 0] if amount else ""
        return sign + self.money(abs(amount), currency)

    def day(self, moment: dt.date | dt.datetime) -> str:
        if isinstance(moment, dt.datetime):
            moment = formats.local_date(moment, self.time_zone)
        return formats.format_date(moment, self.locale)

    def weekday(self, day: dt.date) -> str:
        """A day close by: “Tue 24 Nov”."""
        return dates.format_skeleton("MMMEd", day, locale=formats.locale_of(self.locale))

    def language(self, tag: str) -> str:
        """“German” for ``de-AT``, in the reader's own language."""
        locale = formats.locale_of(self.locale)
        return locale.languages.get(formats.locale_of(tag).language, tag)

    def hour(self, moment: dt.datetime) -> str:
        return formats.format_time(moment, locale=self.locale, time_zone=self.time_zone)

    def moment(self, moment: dt.datetime) -> str:
        """The hour for today, the day and hour for any other day."""
        hour = self.hour(moment)
        return hour if self._is_today(moment) else f"{self.short(moment)}, {hour}"

    def short(self, moment: dt.datetime) -> str:
        """As little as a stepper has room for: the hour today, the day, the year if another."""
        if self._is_today(moment):
            return self.hour(moment)
        day = self._local(moment)
        if day.year != self._local(self.now).year:
            return self.day(moment)
        return dates.format_skeleton("MMMd", day, locale=formats.locale_of(self.locale))

    def ago(self, moment: dt.datetime) -> str:
        """How long since `moment`, in its largest unit: “12 min”, “3 h”, “2 d”."""
        minutes = max(0, int((self.now - moment).total_seconds()) // 60)
        if minutes < 60:
            return f"{minutes} min"
        return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"

    def _is_today(self, moment: dt.datetime) -> bool:
        return self._local(moment) == self._local(self.now)

    def _local(self, moment: dt.datetime) -> dt.date:
        return formats.local_date(moment, self.time_zone)

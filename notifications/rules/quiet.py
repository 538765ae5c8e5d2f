"""When a person is left in peace: no text message wakes anybody up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

TIME_TO_ACT = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end` by the person's own clock; over midnight where `end` is earlier."""

    begin: dt.time
    end: dt.time

    @classmethod
    def read(cls, text: str) -> QuietHours | None:
        """``21:00-08:00``; blank means that there are none. Raises `ValueError`."""
        if not text.strip():
            return None
        begin, _, end = text.partition("-")
        return cls(dt.time.fromisoformat(begin.strip()), dt.time.fromisoformat(end.strip()))

    def end_after(self, moment: dt.datetime, time_zone: str) -> dt.datetime | None:
        """When the quiet that `moment` falls into ends, in UTC; None where it falls into none."""
        local = moment.astimezone(ZoneInfo(time_zone or "UTC"))
        clock = local.time()
        if not self._holds(clock):
            return None
        is_tomorrow = self.end <= self.begin <= clock
        day = local.date() + dt.timedelta(days=1 if is_tomorrow else 0)
        end = dt.datetime.combine(day, self.end, tzinfo=local.tzinfo)
        return end.astimezone(dt.UTC)

    def wait_of(
        self, moment: dt.datetime, time_zone: str, *, act_by: dt.datetime | None = None
    ) -> dt.datetime | None:
        """Until when a text waits, in UTC; None where it leaves at `moment`.

        Something urgent names the moment when it is too late to act on it. Where the morning
        leaves less than an hour for that it wakes people up: later it would be of no use.
        """
        end = self.end_after(moment, time_zone)
        is_too_late = end is not None and act_by is not None and act_by < end + TIME_TO_ACT
        return None if is_too_late else end

    def _holds(self, clock: dt.time) -> bool:
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

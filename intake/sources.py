"""How the sources are: when each was heard last, what is usual at that hour, and what waits."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings

from core.asking import ask
from core.models import User
from core.permissions import partners_granting
from core.roles import Permission
from intake.models import SourceHealth, SourcePoll

WEEKS = 2  # of days whose same hour says what is usual
FAILURES_THAT_COUNT = 3  # in a row, before a source that is asked is in trouble
SILENT_TIMES = 4  # the usual gap, before a silence is worth a word
LONGEST_USUAL_GAP = dt.timedelta(hours=1)

SOURCES = """
SELECT c.id, c.name, c.kind, c.is_active,
    max(d.received_at),
    count(*) FILTER (WHERE d.received_at > %(now)s - interval '1 hour'),
    count(*) FILTER (WHERE d.received_at > %(now)s - interval '1 hour'
        AND d.state IN ('held', 'dead_letter', 'conflict')),
    count(*) FILTER (WHERE d.received_at < %(today)s
        AND extract(hour FROM d.received_at AT TIME ZONE 'UTC')
          = extract(hour FROM %(now)s::timestamptz AT TIME ZONE 'UTC'))
FROM orders_channel c
LEFT JOIN intake_channeldocument d
    ON d.channel_id = c.id AND d.received_at > %(since)s AND d.position = 0
WHERE c.partner_id = ANY(%(partners)s)
GROUP BY c.id HAVING max(d.received_at) IS NOT NULL OR c.is_active ORDER BY c.name
"""
HOUR = """
SELECT state, is_update, count(*) FROM intake_channeldocument
WHERE partner_id = ANY(%(partners)s) AND received_at > %(now)s - interval '1 hour'
GROUP BY state, is_update
"""
QUEUE = """
SELECT count(*), min(coalesce(queued_at, received_at)) FROM intake_channeldocument
WHERE partner_id = ANY(%(partners)s) AND state = 'received'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One channel: how it is heard of, and how asking it goes."""

    channel_id: int
    name: str
    kind: str
    is_active: bool
    last_at: dt.datetime | None
    in_last_hour: int
    troubled: int
    usual_in_hour: float
    resting_until: dt.datetime | None = None
    last_error: str = ""
    polls: tuple[SourcePoll, ...] = ()

    @property
    def failing(self) -> SourcePoll | None:
        """What it was asked for in vain several times in a row."""
        tried = (poll for poll in self.polls if poll.failures >= FAILURES_THAT_COUNT)
        return max(tried, key=lambda poll: poll.failures, default=None)

    @property
    def usual_gap(self) -> dt.timedelta | None:
        """Between two messages at this hour of the day; None where there is no habit."""
        if self.usual_in_hour < 1:
            return None
        return LONGEST_USUAL_GAP / self.usual_in_hour

    def is_late(self, now: dt.datetime) -> bool:
        """Silent for several times what is usual at this hour."""
        gap = self.usual_gap
        if gap is None or self.last_at is None:
            return False
        return now - self.last_at > max(gap * SILENT_TIMES, dt.timedelta(minutes=5))

    @property
    def error_rate(self) -> float:
        return self.troubled / self.in_last_hour if self.in_last_hour else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What no worker has looked at yet."""

    depth: int
    oldest_at: dt.datetime | None
    bound: int


def list_sources(user: User, *, now: dt.datetime) -> list[Source]:
    """Every channel that `user` may see, by name."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {"now": now, "today": today, "since": now - dt.timedelta(weeks=WEEKS)}
    partners = _partners(user)
    health = {row.channel_id: row for row in SourceHealth.objects.filter(partner__in=partners)}
    polls = _list_polls(partners)
    rows = ask(SOURCES, {**asked, "partners": partners})
    days = WEEKS * 7
    return [
        Source(
            channel_id=row[0],
            name=row[1],
            kind=row[2],
            is_active=row[3],
            last_at=row[4],
            in_last_hour=row[5],
            troubled=row[6],
            usual_in_hour=row[7] / days,
            resting_until=health[row[0]].resting_until if row[0] in health else None,
            last_error=health[row[0]].last_error if row[0] in health else "",
            polls=tuple(polls.get(row[0], ())),
        )
        for row in rows
    ]


def _list_polls(partners: list[int]) -> dict[int, list[SourcePoll]]:
    """By channel, what it is asked for."""
    found: dict[int, list[SourcePoll]] = {}
    for poll in SourcePoll.objects.filter(partner__in=partners, is_on=True).order_by("what"):
        found.setdefault(poll.channel_id, []).append(poll)
    return found


def count_last_hour(user: User, *, now: dt.datetime) -> dict[str, int]:
    """How many came in the last hour and what became of them: they sum to what came."""
    counts: dict[str, int] = {}
    for state, is_update, count in ask(HOUR, {"now": now, "partners": _partners(user)}):
        word = "updated" if is_update and state == "accepted" else state
        counts[word] = counts.get(word, 0) + count
    return counts


def get_queue(user: User) -> Queue:
    ((depth, oldest),) = ask(QUEUE, {"partners": _partners(user)})
    return Queue(depth=depth, oldest_at=oldest, bound=settings.INTAKE_MOST_WAITING)


def has_room(channel_id: int) -> bool:
    """Whether another document may wait: within the channel's share, and within all that wait.

    Counted up to the bound and no further, so that a full queue is as quick to see as an empty one.
    """
    most = settings.INTAKE_MOST_WAITING
    share = max(most // 2, 1)
    ((is_room,),) = ask(
        "SELECT (SELECT count(*) FROM (SELECT FROM intake_channeldocument"
        "  WHERE state = 'received' AND channel_id = %s LIMIT %s) own) < %s"
        " AND (SELECT count(*) FROM (SELECT FROM intake_channeldocument"
        "  WHERE state = 'received' LIMIT %s) every) < %s",
        [channel_id, share, share, most, most],
    )
    return bool(is_room)


def _partners(user: User) -> list[int]:
    return list(partners_granting(user, Permission.SEE_INTAKE))


def seconds_until_room() -> int:
    """For Retry-After: long enough for a worker's round, and not the same for everybody."""
    return 5 + secrets.randbelow(10)

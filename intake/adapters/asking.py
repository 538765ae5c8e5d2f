"""How a channel is asked that announces nothing: what to ask, and what of an answer to keep.

Pure, like the readers: an adapter lists its `Poll`s, and whoever asks the network does the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field


class Unanswerable(Exception):
    """The answer is not what the channel is known to answer; `str` of it is for people."""


@dataclass(frozen=True, slots=True)
class Follow:
    """One more address to ask. Its answer is kept, or leads on to others by `read`."""

    address: str
    read: Callable[[bytes], Page] | None = None
    is_authorised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one answer holds: documents to keep, further addresses, and where to go on.

    `cursor` is kept with the source and given back the next time. `has_more`: ask again at once.
    """

    documents: tuple[bytes, ...] = ()
    follow: tuple[Follow, ...] = ()
    cursor: str = ""
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """When and of whom: the account as the channel names it, and the cursor that was kept."""

    account: str
    cursor: str
    now: dt.datetime
    address: str = ""  # that somebody typed in, where the poll wants one


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One thing that a channel is asked for again and again.

    `address(asked)` is the next address, `read(answer, asked)` what it holds. `wants_address`: an
    admin says where; then any public host may be asked and no token is sent.
    """

    what: str
    address: Callable[[Asked], str]
    read: Callable[[bytes, Asked], Page]
    every: dt.timedelta = field(default=dt.timedelta(minutes=15))
    wants_address: bool = False


# Clocks and indexes of channels lag: what changed just before the last look is asked for again,
# and what is known already is a duplicate.
OVERLAP = dt.timedelta(minutes=5)
FIRST_LOOK = dt.timedelta(days=2)
LONGEST_LOOK = dt.timedelta(days=30)


def since_of(cursor: str, now: dt.datetime) -> dt.datetime:
    """The moment from which a source is asked: the cursor's, or some days ago the first time."""
    try:
        known = dt.datetime.fromisoformat(cursor)
    except ValueError:
        return now - FIRST_LOOK
    return max(known - OVERLAP, now - LONGEST_LOOK)


def stamp(moment: dt.datetime) -> str:
    """As APIs want it in addresses: to the second, in UTC."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

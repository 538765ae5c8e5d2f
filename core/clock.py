"""What time it is.

Views and tasks read `now()` once and hand it down; services never look at a clock for business
days or recorded times. Holds and leases end by the **database's** clock (`database_now`, and
``app_now()`` inside SQL), so that a skewed application server cannot shorten or prolong one.
A sandbox partner's clock runs at its own offset.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from django.utils import timezone

from core.asking import ask


class _HasClock(Protocol):
    clock_offset: dt.timedelta


def now(partner: _HasClock | None = None) -> dt.datetime:
    """The present, in UTC; a sandbox partner's present when one is given."""
    present = timezone.now()
    return present + partner.clock_offset if partner else present


def database_now() -> dt.datetime:
    """The database's clock at this very moment, not at the start of the transaction."""
    ((moment,),) = ask("SELECT app_now()")
    return moment


def shift_database_clock(offset: dt.timedelta) -> None:
    """Make ``app_now()`` of this connection run `offset` ahead. For tests and sandboxes."""
    ask("SELECT set_config('swapdesk.clock_offset', %s, false)", [f"{offset.total_seconds()} s"])

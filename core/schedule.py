"""Slots of the schedule: two beats, or a beat that runs late, do one slot's work once."""

from __future__ import annotations

import datetime as dt

from core.asking import tell
from core.transactions import requires_transaction


def slot_of(moment: dt.datetime, every: dt.timedelta) -> dt.datetime:
    """Where the slot of `moment` starts, counted from the epoch: by the hour 10:36 is 10:00."""
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return moment - (moment - epoch) % every


@requires_transaction
def take_slot(job: str, slot: dt.datetime) -> bool:
    """Whether this caller is the one who does `job` for `slot`.

    Taken in the transaction that does the work, so a crash gives the slot back. Whoever comes
    meanwhile waits for that transaction to end.
    """
    taken = tell(
        "INSERT INTO core_schedulerun (job, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [job, slot],
    )
    return taken == 1

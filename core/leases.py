"""Rows that are due, claimed by whoever comes first, until a lease ends.

A claim is one statement that picks due rows with ``SKIP LOCKED``, raises their lease and returns
them. Whoever finishes says under which lease; a late comer whose lease has ended is turned away.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

COUNTED = "attempts = attempts + 1"


def claim(
    table: str,
    *,
    due: str,
    returning: str,
    lease: dt.timedelta,
    batch: int,
    sets: str = COUNTED,
    **more: Any,
) -> list[tuple[Any, ...]]:
    """The claimed rows in the order of their first column, committed before anybody acts.

    `due` selects the ids of rows that are due, locked with ``SKIP LOCKED`` and at most
    ``%(batch)s``; `more` are further values that it reads. `sets` is what changes besides the
    lease. All of these are constants of the code, never anything that was typed.
    """
    # An array is put together once. As a joined query the due rows may be looked for again for
    # every row of the table, and then more than the batch are claimed.
    statement = f"""
        UPDATE {table} SET
            leased_until = app_now() + %(lease)s::interval, lease = lease + 1{sets and ", "}{sets}
        WHERE id = ANY (ARRAY({due}))
        RETURNING {returning}"""
    return run(statement, lease=lease, batch=batch, **more)


def run(statement: str, *, lease: dt.timedelta, batch: int, **more: Any) -> list[tuple[Any, ...]]:
    """A claim whose statement is written out: it reads ``%(lease)s`` and ``%(batch)s``."""
    said = {"lease": f"{lease.total_seconds()} s", "batch": batch, **more}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, said)
        return sorted(cursor.fetchall(), key=lambda row: row[0])

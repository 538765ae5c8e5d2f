"""Rows that are due, claimed by whoever comes first, until a lease ends.

A claim is one statement that picks due rows with ``SKIP LOCKED``, raises their lease and returns
them. Whoever finishes says under which lease; a late comer whose lease has ended is turned away.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction


def claim(statement: str, *, lease: dt.timedelta, batch: int, **more: Any) -> list[tuple[Any, ...]]:
    """The claimed rows in the order of their first column, committed before anybody acts.

    `statement` reads ``%(lease)s`` as an interval and ``%(batch)s`` as how many at most.
    """
    said = {"lease": f"{lease.total_seconds()} s", "batch": batch, **more}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, said)
        return sorted(cursor.fetchall(), key=lambda row: row[0])

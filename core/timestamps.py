"""Moments as they come from PostgreSQL, read by what Python has for them.

The driver reads a timestamp with a pattern and some thirty steps in Python, its quick reader being
none that Django can tell the zone of: a sixth of what a row of a hold took.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.backends.signals import connection_created
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader


class MomentLoader(TimestamptzLoader):
    """A moment in UTC. What Python has no year for is told by the driver's own reader."""

    timezone = dt.UTC  # Django asks, and puts its own in the place of a loader of another zone

    def load(self, data: Buffer) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data).replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC)  # a session may stand in a zone of its own


def read_moments_quickly(sender: Any, connection: Any, **_: Any) -> None:
    connection.connection.adapters.register_loader("timestamptz", MomentLoader)


def listen() -> None:
    connection_created.connect(read_moments_quickly, dispatch_uid="core.timestamps")

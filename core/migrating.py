"""Migrations take the time they need: what cuts off a stuck request would cut off a schema change.

Between two statements of one migration Django may think longer than any request is allowed to sit
in a transaction, on a small machine that does other things too.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def lift_limits(*, using: str, **kwargs: Any) -> None:
    """For the session that migrates; how long it waits for a lock stays bounded."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"SET {name} = 0")


def restore_limits(*, using: str, **kwargs: Any) -> None:
    """To what the session began with."""
    with connections[using].cursor() as cursor:
        for name in LIMITS:
            cursor.execute(f"RESET {name}")

"""An effect that can be counted: one per time a subscriber acted, told apart by event."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from core.models import Event, NumberSequence


def make_effect(*, event: Event, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numbersequence AS n (name, last) VALUES (%s, 1)"
            " ON CONFLICT (name) DO UPDATE SET last = n.last + 1",
            [f"effect-of-{event.pk}"],
        )


def effects() -> list[int]:
    """How often each event had its effect."""
    counted = NumberSequence.objects.filter(name__startswith="effect-of-").order_by("name")
    return list(counted.values_list("last", flat=True))

"""Who waits for stock that is not there, and before whom."""

from __future__ import annotations

import datetime as dt

from inventory.models import WaitingLine
from inventory.states import IN_QUEUE


def list_waiting(variant_id: int, *, limit: int | None = None) -> list[WaitingLine]:
    """The queue for a variant, the oldest case first."""
    lines = WaitingLine.objects.filter(variant=variant_id, state__in=IN_QUEUE)
    return list(lines.order_by("since", "pk")[:limit])


def list_older_waiting(
    variant_id: int, *, since: dt.datetime, but_not_for: str = ""
) -> list[WaitingLine]:
    """Those who come before a case of that age: who takes a unit now takes it from them."""
    return [
        line
        for line in list_waiting(variant_id)
        if line.since < since and line.reference != but_not_for
    ]

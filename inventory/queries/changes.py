"""The feed of stock changes that channels follow.

It goes along the seals of the audit chain. Ids of events are given before commit, so whoever
reads "after the last id" misses what a slow transaction writes behind their back; seals are
put on after commit, in one order and without a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import seals
from core.models import EventSeal

# What changes how much can be sold or held somewhere.
KINDS = (
    "reservation.made",
    "reservation.released",
    "reservation.expired",
    "reservation.consumed",
    "allocation.made",
    "allocation.cancelled",
    "allocation.shipped",
    "stock.moved",
    "discrepancy.opened",
    "discrepancy.posted",
    "discrepancy.dismissed",
)
# Looked through for one page; a partner with little business must not cost a long search.
MOST_LOOKED_THROUGH = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """Something happened to stock. The figures after it are read when it is told."""

    position: int
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened after a position, and the position to go on from."""

    found: Sequence[Change]
    upto: int


def get_newest_position() -> int:
    return seals.head().sequence


def list_changes(*, partner_id: int, after: int, limit: int) -> Changes:
    """The partner's next changes of stock, oldest first."""
    end = min(after + MOST_LOOKED_THROUGH, get_newest_position())
    sealed = (
        EventSeal.objects.filter(
            sequence__gt=after,
            sequence__lte=end,
            event__partner=partner_id,
            event__kind__in=KINDS,
        )
        .order_by("sequence")
        .values_list("sequence", "event__kind", "event__data")
    )
    found = [Change(*row) for row in sealed[:limit]]
    upto = found[-1].position if len(found) == limit else max(after, end)
    return Changes(found, upto)

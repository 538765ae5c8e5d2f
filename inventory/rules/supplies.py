"""Who gets what of the units that are expected: by the age of the case, as the queue does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """Units that come to a place on a day; what is free already comes today."""

    location_id: int
    on: dt.date
    units: int


@dataclass(frozen=True, slots=True)
class Coming:
    """When the last unit of a wish is there, and where."""

    location_id: int
    on: dt.date


def find_coming(
    supplies: Iterable[Expected], before: Sequence[int], *, quantity: int
) -> Coming | None:
    """The day on which `quantity` units are there for who comes after those in `before`.

    `before` are the units that older cases wait for: each takes the earliest that come. None
    where not enough is expected.
    """
    wanted = sum(before) + quantity
    for supply in sorted(supplies, key=lambda each: (each.on, each.location_id)):
        wanted -= supply.units
        if wanted <= 0:
            return Coming(supply.location_id, supply.on)
    return None

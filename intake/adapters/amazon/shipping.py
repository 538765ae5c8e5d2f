"""What left, as far as Amazon says it: which units, not in which parcels."""

from __future__ import annotations

from datetime import datetime

from intake.reading import ReadFulfilment, ReadLine


def left(lines: tuple[ReadLine, ...], shipped_at: datetime | None) -> tuple[ReadFulfilment, ...]:
    """One parcel of whatever was sent; none while nothing was."""
    if not any(line.fulfilled_quantity for line in lines):
        return ()
    return (ReadFulfilment(external_id="shipped", shipped_at=shipped_at, names_units=True),)

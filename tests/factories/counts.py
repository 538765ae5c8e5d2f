"""Differences between the ledger and a count, as services would have left them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from inventory.models import Discrepancy, StockLevel
from inventory.states import Bucket, DiscrepancySource


def make_discrepancy(level: StockLevel, counted: int, **fields: Any) -> Discrepancy:
    """A quarter of an hour ago `counted` free units were found, and the ledger said otherwise."""
    now = clock.now()
    defaults: dict[str, Any] = {
        "lot": level.lot,
        "bucket": Bucket.AVAILABLE,
        "source": DiscrepancySource.WAREHOUSE,
        "expected": level.available,
        "counted_at": now - dt.timedelta(minutes=15),
        "opened_at": now - dt.timedelta(minutes=14),
    }
    return Discrepancy.objects.create(
        partner=level.partner,
        variant=level.variant,
        location=level.location,
        counted=counted,
        **defaults | fields,
    )

"""Counts of lately, by the real clock, as screens meet them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import transaction

from core import clock
from core.actors import Actor
from core.models import User
from inventory.models import Bin, CycleCount, Discrepancy, QuarantineBalance, StockLevel
from inventory.services import open_count, open_discrepancy, quarantine_stock
from inventory.states import Bucket, DiscrepancySource

SCANNER = Actor.system("warehouse-reports")


def count_differently(
    level: StockLevel, counted: int, *, minutes_ago: int = 15, **fields: Any
) -> Discrepancy:
    """The warehouse found `counted` free units there, and the ledger says otherwise."""
    then = clock.now() - dt.timedelta(minutes=minutes_ago)
    defaults: dict[str, Any] = {
        "bucket": Bucket.AVAILABLE,
        "source": DiscrepancySource.WAREHOUSE,
        "reference": "warehousereport:1",
        "expected": level.available,
    }
    with transaction.atomic():
        found = open_discrepancy(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            counted=counted,
            counted_at=then,
            actor=SCANNER,
            now=then,
            **defaults | fields,
        )
    assert found is not None, "the figures agree"
    return found


def begin_count(level: StockLevel, user: User, counted_bin: Bin | None = None) -> CycleCount:
    """Somebody begins to count the place where `level` lies."""
    return open_count(
        partner_id=level.partner_id,
        location_id=level.location_id,
        bin_id=counted_bin.pk if counted_bin else None,
        actor=Actor.user(user),
        op_id=uuid4(),
        now=clock.now(),
    )


def put_aside(level: StockLevel, user: User, quantity: int = 1) -> QuarantineBalance:
    """`user` puts free units into the first quarantine bin of the place."""
    quarantine_stock(
        partner_id=level.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        lot=level.lot,
        quantity=quantity,
        actor=Actor.user(user),
        op_id=uuid4(),
        now=clock.now(),
    )
    return QuarantineBalance.objects.get(stock_level=level, quantity__gt=0)

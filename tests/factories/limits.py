from __future__ import annotations

import datetime as dt
from typing import Any

from core.models import Partner
from inventory.models import Discrepancy, HoldRule, StockLevel, StockRule
from tests.factories.people import make_partner

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)


def make_hold_rule(*, partner: Partner | None = None, **fields: Any) -> HoldRule:
    return HoldRule.objects.create(partner=partner or make_partner(), **fields)


def make_stock_rule(*, partner: Partner | None = None, **fields: Any) -> StockRule:
    return StockRule.objects.create(partner=partner or make_partner(), **fields)


def make_discrepancy(level: StockLevel, *, expected: int, counted: int, **fields: Any) -> Any:
    """Somebody counted the free units of a level."""
    defaults: dict[str, Any] = {
        "bucket": "available",
        "source": "warehouse",
        "counted_at": NOW,
        "opened_at": NOW,
    }
    return Discrepancy.objects.create(
        partner=level.partner,
        variant=level.variant,
        location=level.location,
        lot=level.lot,
        expected=expected,
        counted=counted,
        **defaults | fields,
    )

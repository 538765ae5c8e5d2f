"""What the ledger said lay somewhere at a moment, to hold a count against."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, Sum

from fulfilment.models import Warehouse
from inventory.models import Bin, StockEntry, StockLevel, Variant
from inventory.states import Bucket

ON_HAND = (Bucket.AVAILABLE, Bucket.HELD, Bucket.ALLOCATED, Bucket.QUARANTINE)


def find_variant(warehouse: Warehouse, sku: str) -> Variant | None:
    return Variant.objects.for_partner(warehouse.partner_id).filter(sku=sku).first()


def find_bin(warehouse: Warehouse, code: str) -> Bin | None:
    """A bin of the location by its code; None for a blank or unknown one."""
    return Bin.objects.filter(location=warehouse.location_id, code=code).first()


def get_units_at(
    *, variant_id: int, location_id: int, lot: str, bucket: str, at: dt.datetime
) -> int:
    """Units of a bucket (blank: of all that lies there) when `at` was: today's, less since."""
    buckets = [Bucket(bucket)] if bucket else list(ON_HAND)
    level = StockLevel.objects.filter(variant=variant_id, location=location_id, lot=lot).first()
    if level is None:
        return 0
    since = StockEntry.objects.filter(stock_level=level, at__gt=at).aggregate(
        came=Sum("quantity", filter=Q(to_bucket__in=buckets)),
        went=Sum("quantity", filter=Q(from_bucket__in=buckets)),
    )
    units = sum(getattr(level, one.value) for one in buckets)
    return int(units - (since["came"] or 0) + (since["went"] or 0))

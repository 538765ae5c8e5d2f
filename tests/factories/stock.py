from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.actors import Actor
from core.models import Partner
from inventory.models import (
    Bin,
    Discrepancy,
    Location,
    Lot,
    Price,
    Product,
    Reservation,
    ShippingRate,
    StockEntry,
    StockLevel,
    Variant,
)
from inventory.rules import Wanted
from inventory.services import open_discrepancy, reserve
from inventory.states import Bucket, DiscrepancySource, EntryCause
from tests.factories.people import make_partner

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_count = itertools.count(1)


def make_product(partner: Partner | None = None, **fields: Any) -> Product:
    number = next(_count)
    defaults = {"code": f"P{number}", "title": f"Product {number}", "category": "apparel"}
    return Product.objects.create(partner=partner or make_partner(), **defaults | fields)


def make_variant(
    sku: str = "", *, product: Product | None = None, price: str | None = None, **fields: Any
) -> Variant:
    """A variant, with a tax-inclusive EUR list price valid since long ago when `price` is given."""
    product = product or make_product()
    sku = sku or f"SKU-{next(_count)}"
    defaults = {"title": sku, "weight_grams": 500, "unit_cost": Decimal(10)}
    variant = Variant.objects.create(
        partner=product.partner, product=product, sku=sku, **defaults | fields
    )
    if price is not None:
        make_price(variant, list_price=price)
    return variant


def make_price(variant: Variant, *, list_price: str, currency: str = "EUR", **fields: Any) -> Price:
    return Price.objects.create(
        partner=variant.partner,
        variant=variant,
        currency=currency,
        list_price=Decimal(list_price),
        **{"valid_from": LONG_AGO} | fields,
    )


def make_location(code: str = "LEJ", **fields: Any) -> Location:
    """Leipzig, shipping everywhere for 5.00 in two working days, unless said otherwise."""
    defaults: dict[str, Any] = {
        "name": code,
        "country": "DE",
        "postcode": "04109",
        "latitude": 51.34,
        "longitude": 12.37,
        "time_zone": "Europe/Berlin",
    }
    partner = fields.pop("partner", None) or make_partner()
    cost, lead_days = Decimal(fields.pop("cost", "5.00")), fields.pop("lead_days", 2)
    location = Location.objects.create(partner=partner, code=code, **defaults | fields)
    ShippingRate.objects.create(
        partner=partner,
        location=location,
        carrier="DHL",
        up_to_grams=30_000,
        cost=cost,
        lead_days=lead_days,
    )
    return location


def make_stock(variant: Variant, location: Location, available: int, **fields: Any) -> StockLevel:
    """A level with its opening entry, as the ledger's law wants it."""
    level = StockLevel.objects.create(
        partner=variant.partner,
        variant=variant,
        location=location,
        available=available,
        sequence=1,
        **fields,
    )
    if available:
        StockEntry.objects.create(
            partner=variant.partner,
            stock_level=level,
            from_bucket=Bucket.SUPPLIER,
            to_bucket=Bucket.AVAILABLE,
            quantity=available,
            cause=EntryCause.OPENING,
            sequence=1,
            actor="system:test",
            at=LONG_AGO,
        )
    return level


def make_lot(variant: Variant, code: str, **fields: Any) -> Lot:
    return Lot.objects.create(partner=variant.partner, variant=variant, code=code, **fields)


def make_bin(location: Location, code: str = "Q-01", kind: str = Bin.Kind.QUARANTINE) -> Bin:
    return Bin.objects.create(partner=location.partner, location=location, code=code, kind=kind)


def make_hold(
    level: StockLevel,
    *,
    quantity: int = 1,
    hold_for: dt.timedelta = dt.timedelta(minutes=30),
    reference: str = "",
) -> Reservation:
    """A hold made as the desk makes it; with no time at all it is due at once."""
    with transaction.atomic():
        (hold,) = reserve(
            partner_id=level.partner_id,
            case="return:1",
            wanted=[
                Wanted(
                    reference or f"exchangeline:{next(_count)}",
                    level.variant_id,
                    quantity,
                    level.location_id,
                )
            ],
            destination=None,
            hold_for=hold_for,
            actor=Actor.system("test"),
            now=LONG_AGO,
        )
    return hold


def make_discrepancy(
    level: StockLevel, *, expected: int, counted: int, **fields: Any
) -> Discrepancy:
    """Something else was counted at a level than the ledger says."""
    defaults: dict[str, Any] = {
        "bucket": "",
        "source": DiscrepancySource.WAREHOUSE,
        "reference": "warehouse:1",
    }
    with transaction.atomic():
        found = open_discrepancy(
            partner_id=level.partner_id,
            variant_id=level.variant_id,
            location_id=level.location_id,
            lot=level.lot,
            expected=expected,
            counted=counted,
            counted_at=LONG_AGO,
            actor=Actor.system("test"),
            now=LONG_AGO,
            **defaults | fields,
        )
    assert found is not None, "the figures agree"
    return found

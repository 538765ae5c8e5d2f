"""Goods to try a program with: a few articles in a sandbox, with prices, taxes and stock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from core.actors import Actor
from core.money import round_half_up
from core.transactions import requires_transaction
from inventory.models import Location, Price, Product, ShippingRate, TaxRate, Variant
from inventory.services.first_rules import install_hold_rules
from inventory.services.stock import receive_stock

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
# So many of a currency are about one euro: prices that look like prices.
ABOUT = {"JPY": Decimal(160), "KWD": Decimal("0.3")}
TAXES = {"AT": "0.20", "DE": "0.19", "ES": "0.21", "FR": "0.20", "GB": "0.20", "JP": "0.10"}


@dataclass(frozen=True, slots=True)
class Trial:
    """A variant; `units` lie at the place. None of one and a single piece of another are there on
    purpose: out of stock is to be tried too."""

    code: str
    product: str
    category: str
    sku: str
    title: str
    price: str
    units: int
    is_serialised: bool = False


TRIALS = (
    Trial("TRY-SHIRT", "Trial shirt", "apparel", "TRY-SHIRT-BLUE-M", "blue M", "40.00", 50),
    Trial("TRY-SHIRT", "Trial shirt", "apparel", "TRY-SHIRT-BLUE-L", "blue L", "40.00", 50),
    Trial("TRY-SHIRT", "Trial shirt", "apparel", "TRY-SHIRT-RED-M", "red M", "40.00", 1),
    Trial("TRY-SHIRT", "Trial shirt", "apparel", "TRY-SHIRT-RED-L", "red L", "40.00", 0),
    Trial("TRY-COAT", "Trial coat", "apparel", "TRY-COAT-M", "M", "129.00", 20),
    Trial("TRY-SCARF", "Trial scarf", "apparel", "TRY-SCARF", "", "19.00", 100),
    Trial("TRY-DRILL", "Trial drill", "tools", "TRY-DRILL", "", "89.00", 10, is_serialised=True),
)


@requires_transaction
def lay_in_trial_goods(
    *,
    partner_id: int,
    currency: str,
    country: str,
    time_zone: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> list[Variant]:
    """Fill a sandbox that has no article yet; one that has keeps what it has, and gets nothing."""
    if Variant.objects.filter(partner=partner_id).exists():
        return []
    place = Location.objects.create(
        partner_id=partner_id,
        code="TRY",
        name="Trial warehouse",
        country=country,
        postcode="04109",
        latitude=51.34,
        longitude=12.37,
        time_zone=time_zone,
    )
    ShippingRate.objects.create(
        partner_id=partner_id,
        location=place,
        carrier="DHL",
        up_to_grams=30_000,
        cost=Decimal("4.90"),
        lead_days=2,
    )
    _set_taxes(partner_id, country)
    install_hold_rules(partner_id=partner_id, actor=actor, now=now, op_id=op_id)
    variants = []
    for trial in TRIALS:
        variant = _add(trial, partner_id, currency)
        variants.append(variant)
        if trial.units:
            receive_stock(
                partner_id=partner_id,
                variant_id=variant.pk,
                location_id=place.pk,
                quantity=trial.units,
                actor=actor,
                now=now,
                op_id=uuid5(op_id, trial.sku),
            )
    return variants


def _add(trial: Trial, partner_id: int, currency: str) -> Variant:
    product, _ = Product.objects.get_or_create(
        partner_id=partner_id,
        code=trial.code,
        defaults={
            "title": trial.product,
            "category": trial.category,
            "is_serialised": trial.is_serialised,
        },
    )
    variant: Variant = Variant.objects.create(
        partner_id=partner_id,
        product=product,
        sku=trial.sku,
        title=trial.title,
        unit_cost=Decimal(trial.price) / 2,
        weight_grams=500,
    )
    price = Decimal(trial.price) * ABOUT.get(currency, Decimal(1))
    Price.objects.create(
        partner_id=partner_id,
        variant=variant,
        currency=currency,
        list_price=round_half_up(price, currency),
        valid_from=LONG_AGO,
    )
    return variant


def _set_taxes(partner_id: int, country: str) -> None:
    rates = {country: TAXES["DE"]} | TAXES
    TaxRate.objects.bulk_create(
        TaxRate(
            partner_id=partner_id,
            country=each,
            name="VAT",
            rate=Decimal(rate),
            valid_from=LONG_AGO.date(),
        )
        for each, rate in rates.items()
    )

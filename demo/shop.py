"""The shop itself: whose it is, where it ships from, what it sells, what it costs, what lies there.

Places, goods, prices and people are written as an admin would write them; the policy is
published and stock received through their services.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from uuid import uuid4

from core.actors import Actor
from core.models import Partner
from demo.catalogue import GOODS, Goods, price_in
from inventory.models import (
    Bin,
    HoldRule,
    Location,
    LocationHoliday,
    Price,
    Product,
    ShippingRate,
    StockRule,
    TaxRate,
    Variant,
)
from inventory.services import receive_stock
from inventory.states import EntryCause
from orders.models import Channel
from policies.services import install_default_policy

DEMO = Actor.system("demo")
OPENED = dt.datetime(2024, 1, 2, 8, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Centre:
    """A fulfilment centre: its place, and what a parcel of 5 kg costs to where."""

    code: str
    name: str
    country: str
    postcode: str
    address: str
    latitude: float
    longitude: float
    time_zone: str
    carrier: str
    rates: tuple[tuple[str, str, int], ...]  # country ("" is the rest), EUR, lead days
    stock_share: float


CENTRES = (
    Centre(
        *("LEJ", "Leipzig", "DE", "04109", "Handelsring 12"),
        *(51.3397, 12.3731, "Europe/Berlin", "DHL"),
        (
            ("DE", "5.40", 1),
            ("AT", "7.90", 2),
            ("PL", "7.90", 2),
            ("NL", "7.90", 2),
            ("FR", "9.20", 2),
            ("GB", "12.80", 3),
            ("US", "24.00", 6),
            ("JP", "29.00", 7),
            ("", "14.50", 4),
        ),
        1.0,
    ),
    Centre(
        *("WRO", "Wrocław", "PL", "50-101", "ul. Magazynowa 4"),
        *(51.1079, 17.0385, "Europe/Warsaw", "InPost"),
        (
            ("PL", "3.90", 1),
            ("DE", "7.10", 2),
            ("AT", "8.40", 2),
            ("GB", "13.90", 4),
            ("US", "26.00", 7),
            ("JP", "31.00", 8),
            ("", "12.90", 4),
        ),
        0.7,
    ),
    Centre(
        *("RNO", "Reno", "US", "89502", "1200 Terminal Way"),
        *(39.5296, -119.8138, "America/Los_Angeles", "UPS"),
        (("US", "7.20", 2), ("JP", "22.00", 5), ("GB", "21.00", 5), ("", "28.00", 7)),
        0.6,
    ),
)

CHANNELS = (
    ("shopify-de", "shopify", "Shopify DE", "Europe/Berlin", "EUR", "de", "DE"),
    ("woo-uk", "woocommerce", "WooCommerce UK", "Europe/London", "GBP", "en", "GB"),
    ("shopify-us", "shopify", "Shopify US", "America/New_York", "USD", "en", "US"),
    ("woo-jp", "woocommerce", "WooCommerce JP", "Asia/Tokyo", "JPY", "ja", "JP"),
)

TAXES = (
    ("DE", "VAT", "0.19"), ("AT", "VAT", "0.20"), ("FR", "VAT", "0.20"), ("ES", "VAT", "0.21"),
    ("PL", "VAT", "0.23"), ("NL", "VAT", "0.21"), ("HR", "VAT", "0.25"), ("GR", "VAT", "0.24"),
    ("BG", "VAT", "0.20"), ("NO", "VAT", "0.25"), ("GB", "VAT", "0.20"),
    ("JP", "Consumption tax", "0.10"),
)  # fmt: skip
US_TAXES = (("NY", "0.08875"), ("TX", "0.0825"), ("IL", "0.1025"), ("OR", "0"))


@dataclass(frozen=True, slots=True)
class Shop:
    partner: Partner
    channels: dict[str, Channel]
    locations: dict[str, Location]
    variants: dict[str, Variant]


# Against whom the supplier claims of the demo are.
SUPPLIERS = {
    "shoes": "Passo Calzature",
    "jackets": "Fjell Textiles",
    "phones": "Lumio Devices",
    "kitchen": "Brew & Co",
}


def open_shop(*, random: Random, now: dt.datetime) -> Shop:
    """Everything there is before the first order: about 190 SKUs in three centres."""
    partner = Partner.objects.create(
        code="house", name="Lindqvist Goods", is_house=True, base_currency="EUR"
    )
    install_default_policy(partner_id=partner.pk, actor=DEMO, op_id=uuid4(), now=OPENED)
    locations = {centre.code: _open_centre(partner, centre) for centre in CENTRES}
    channels = {row[0]: _open_channel(partner, row) for row in CHANNELS}
    variants = _fill_catalogue(partner)
    _set_taxes(partner)
    _fill_shelves(partner, locations, variants, random=random, now=now - dt.timedelta(days=120))
    _limit_holds(partner, list(variants.values()))
    return Shop(partner, channels, locations, variants)


def _limit_holds(partner: Partner, variants: list[Variant]) -> None:
    """Shorter holds where goods leave at once, and two SKUs that exchanges may not empty."""
    for exchange_type in ("advanced", "advanced_prepaid"):
        HoldRule.objects.create(partner=partner, exchange_type=exchange_type, accepted_hours=72)
    HoldRule.objects.create(
        partner=partner, quote_minutes=30, accepted_hours=21 * 24, longest_hours=60 * 24,
        grace_minutes=10,
    )  # fmt: skip
    StockRule.objects.create(partner=partner, variant=variants[0], pool_cap=12)
    StockRule.objects.create(partner=partner, variant=variants[1], safety_stock=1)


def _open_centre(partner: Partner, centre: Centre) -> Location:
    location = Location.objects.create(
        partner=partner,
        code=centre.code,
        name=centre.name,
        country=centre.country,
        postcode=centre.postcode,
        address=centre.address,
        latitude=centre.latitude,
        longitude=centre.longitude,
        time_zone=centre.time_zone,
    )
    Bin.objects.bulk_create(
        Bin(partner=partner, location=location, code=code, kind=kind)
        for code, kind in (
            *((f"{row}-{number:02d}", Bin.Kind.PICK) for row in "ABC" for number in range(1, 13)),
            ("R-01", Bin.Kind.RETURNS),
            ("Q-01", Bin.Kind.QUARANTINE),
            ("Q-02", Bin.Kind.QUARANTINE),
        )
    )
    ShippingRate.objects.bulk_create(
        ShippingRate(
            partner=partner,
            location=location,
            carrier=centre.carrier,
            country=country,
            up_to_grams=grams,
            cost=Decimal(cost) * factor,
            lead_days=days,
        )
        for country, cost, days in centre.rates
        for grams, factor in ((5_000, 1), (30_000, 2))
    )
    year = dt.datetime.now(tz=dt.UTC).year
    LocationHoliday.objects.bulk_create(
        LocationHoliday(partner=partner, location=location, on=dt.date(each, month, day), name=name)
        for each in (year, year + 1)
        for month, day, name in ((1, 1, "New Year"), (12, 25, "Christmas Day"))
    )
    return location


def _open_channel(partner: Partner, row: tuple[str, str, str, str, str, str, str]) -> Channel:
    code, kind, name, time_zone, currency, locale, country = row
    return Channel.objects.create(
        partner=partner,
        code=code,
        kind=kind,
        account=code,
        name=name,
        time_zone=time_zone,
        currency=currency,
        locale=locale,
        country=country,
    )


def _fill_catalogue(partner: Partner) -> dict[str, Variant]:
    products = Product.objects.bulk_create(
        Product(
            partner=partner,
            code=goods.code,
            title=goods.title,
            category=goods.category,
            supplier=SUPPLIERS.get(goods.category, "Nordhaus Trading"),
            is_serialised=goods.is_serialised,
            is_returnable=goods.is_returnable,
            warranty_months=goods.warranty_months,
        )
        for goods in GOODS
    )
    variants = Variant.objects.bulk_create(
        Variant(
            partner=partner,
            product=product,
            sku=goods.sku(suffix),
            title=title,
            unit_cost=(goods.price * Decimal("0.45")).quantize(Decimal("0.01")),
            weight_grams=goods.weight_grams,
        )
        for goods, product in zip(GOODS, products, strict=True)
        for suffix, title in goods.variants
    )
    by_sku = {variant.sku: variant for variant in variants}
    _set_prices(partner, by_sku)
    return by_sku


def _set_prices(partner: Partner, variants: dict[str, Variant]) -> None:
    Price.objects.bulk_create(
        Price(
            partner=partner,
            variant=variants[goods.sku(suffix)],
            currency=currency,
            list_price=price_in(currency, goods.price),
            is_tax_inclusive=currency != "USD",
            valid_from=OPENED,
        )
        for goods in GOODS
        for suffix, _ in goods.variants
        for currency in ("EUR", "GBP", "USD", "JPY")
    )


def _set_taxes(partner: Partner) -> None:
    TaxRate.objects.bulk_create(
        TaxRate(
            partner=partner,
            country=country,
            region=region,
            name=name,
            rate=Decimal(rate),
            valid_from=OPENED.date(),
        )
        for country, region, name, rate in (
            *((country, "", name, rate) for country, name, rate in TAXES),
            *(("US", region, "Sales tax", rate) for region, rate in US_TAXES),
        )
    )


def _fill_shelves(
    partner: Partner,
    locations: dict[str, Location],
    variants: dict[str, Variant],
    *,
    random: Random,
    now: dt.datetime,
) -> None:
    """Most SKUs in most centres; a few nowhere and some as the last one, as on real shelves."""
    shares = {centre.code: centre.stock_share for centre in CENTRES}
    bins = {
        location.pk: list(location.bins.filter(kind=Bin.Kind.PICK))
        for location in locations.values()
    }
    for number, variant in enumerate(variants.values()):
        for code, location in locations.items():
            quantity = _shelf_quantity(number, share=shares[code], random=random)
            if quantity:
                receive_stock(
                    partner_id=partner.pk,
                    variant_id=variant.pk,
                    location_id=location.pk,
                    quantity=quantity,
                    bin_id=random.choice(bins[location.pk]).pk,
                    cause=EntryCause.OPENING,
                    actor=DEMO,
                    op_id=uuid4(),
                    now=now,
                )


def _shelf_quantity(number: int, *, share: float, random: Random) -> int:
    if number % 29 == 28:  # sold out everywhere
        return 0
    if random.random() > share:
        return 0
    return 1 if number % 17 == 16 else random.randint(2, 24)


def goods_of(sku: str) -> Goods:
    """What the catalogue says about a SKU."""
    return _BY_SKU[sku]


_BY_SKU = {goods.sku(suffix): goods for goods in GOODS for suffix, _ in goods.variants}

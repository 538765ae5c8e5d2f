from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from core.kept import KeptQuery
from inventory.models import Price, TaxRate, Variant

PRICE = ("list_price", "sale_price", "sale_from", "sale_until", "is_tax_inclusive")


@dataclass(frozen=True, slots=True)
class CurrentPrice:
    """What one unit costs at a moment; `amount` is the sale price while a sale runs."""

    list_price: Decimal
    amount: Decimal
    is_sale: bool
    is_tax_inclusive: bool


@dataclass(frozen=True, slots=True)
class CurrentRate:
    """The tax of a category in a place; `rate` 0.19 is 19 %."""

    name: str
    rate: Decimal


_PRICES: KeptQuery[tuple[Any, ...]] = KeptQuery(
    lambda variant_ids, channel_code, currency, at: (
        Price.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=at),
            variant__in=variant_ids,
            channel__in=(channel_code, ""),
            currency=currency,
            valid_from__lte=at,
        )
        .order_by("valid_from", "pk")
        .values_list("variant_id", "channel", *PRICE)
    )
)
_TAX_RATES: KeptQuery[tuple[Any, ...]] = KeptQuery(
    lambda partner_id, country, region, categories, on: (
        TaxRate.objects.for_partner(partner_id)
        .filter(
            Q(valid_until=None) | Q(valid_until__gte=on),
            country=country,
            region__in=(region, ""),
            category__in=categories,
            valid_from__lte=on,
        )
        .order_by("valid_from", "pk")
        .values_list("region", "category", "name", "rate")
    )
)


def get_prices(
    *, variant_ids: Collection[int], channel_code: str, currency: str, at: dt.datetime
) -> dict[int, CurrentPrice]:
    """Each variant's price on a channel at a moment; the channel's own goes before that of all.

    Moments are half-open: from `valid_from` and `sale_from`, until just before their ends.
    Variants without a price are left out.
    """
    rows = _PRICES(sorted(set(variant_ids)), channel_code, currency, at)
    of_all, own = dict[int, CurrentPrice](), dict[int, CurrentPrice]()
    for variant_id, channel, *price in rows:  # the newest comes last, and stays
        (own if channel else of_all)[variant_id] = _at_moment(*price, at=at)
    return of_all | own


def list_price_currencies(
    *, variant_ids: Collection[int], channel_code: str, at: dt.datetime
) -> dict[int, set[str]]:
    """In which currencies each variant has a price on a channel; those without any left out."""
    found: dict[int, set[str]] = {}
    if not variant_ids:
        return found
    rows = Price.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        variant__in=variant_ids,
        channel__in=(channel_code, ""),
        valid_from__lte=at,
    )
    for variant_id, currency in rows.values_list("variant_id", "currency").distinct():
        found.setdefault(variant_id, set()).add(currency)
    return found


def _at_moment(
    list_price: Decimal,
    sale_price: Decimal | None,
    sale_from: dt.datetime | None,
    sale_until: dt.datetime | None,
    is_tax_inclusive: bool,
    *,
    at: dt.datetime,
) -> CurrentPrice:
    has_begun = sale_from is None or sale_from <= at
    has_ended = sale_until is not None and sale_until <= at
    if sale_price is None or not has_begun or has_ended:
        return CurrentPrice(list_price, list_price, False, is_tax_inclusive)
    return CurrentPrice(list_price, sale_price, True, is_tax_inclusive)


def get_tax_rates(
    *, partner_id: int, country: str, region: str, categories: Collection[str], on: dt.date
) -> dict[str, CurrentRate]:
    """Each category's most particular rate of the day: of region before country, then of category.

    Categories without a rate are left out.
    """
    rows = _TAX_RATES(partner_id, country, region, sorted({"", *categories}), on)
    newest = {(at, of): CurrentRate(name, rate) for at, of, name, rate in rows}
    found = {}
    for category in categories:
        particular = [(region, category), (region, ""), ("", category), ("", "")]
        rate = next((newest[place] for place in particular if place in newest), None)
        if rate is not None:
            found[category] = rate
    return found


def get_sku(variant_id: int) -> str:
    sku: str = Variant.objects.values_list("sku", flat=True).get(pk=variant_id)
    return sku


def find_variants(*, partner_id: int, text: str, limit: int = 20) -> list[Variant]:
    """Variants on sale whose SKU or barcode begins with, or whose title holds, every word."""
    found = _on_sale(partner_id)
    for word in text.split():
        found = found.filter(
            Q(sku__istartswith=word)
            | Q(barcode__istartswith=word)
            | Q(title__icontains=word)
            | Q(product__title__icontains=word)
        )
    return list(found.order_by("product__title", "sku")[:limit])


def list_variants_like(variant: Variant) -> list[Variant]:
    """The other variants of the same product that are on sale."""
    siblings = _on_sale(variant.partner_id).filter(product=variant.product_id)
    return list(siblings.exclude(pk=variant.pk).order_by("pk"))


def _on_sale(partner_id: int) -> QuerySet[Variant]:
    on_sale: QuerySet[Variant] = (
        Variant.objects.for_partner(partner_id).filter(is_active=True).select_related("product")
    )
    return on_sale

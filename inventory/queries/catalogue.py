from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from inventory.models import Price, TaxRate, Variant


@dataclass(frozen=True, slots=True)
class CurrentPrice:
    """What one unit costs at a moment; `amount` is the sale price while a sale runs."""

    list_price: Decimal
    amount: Decimal
    is_sale: bool
    is_tax_inclusive: bool


def get_price(
    *, variant_id: int, channel_code: str, currency: str, at: dt.datetime
) -> CurrentPrice | None:
    """The price on a channel at a moment; the channel's own goes before that of all channels.

    Moments are half-open: from `valid_from` and `sale_from`, until just before their ends.
    """
    price: Price | None = (
        Price.objects.filter(
            Q(valid_until=None) | Q(valid_until__gt=at),
            variant=variant_id,
            channel__in=(channel_code, ""),
            currency=currency,
            valid_from__lte=at,
        )
        .order_by(_blank_last("channel"), "-valid_from", "-pk")
        .first()
    )
    return _at_moment(price, at) if price else None


def _at_moment(price: Price, at: dt.datetime) -> CurrentPrice:
    has_begun = price.sale_from is None or price.sale_from <= at
    has_ended = price.sale_until is not None and price.sale_until <= at
    if price.sale_price is None or not has_begun or has_ended:
        return CurrentPrice(price.list_price, price.list_price, False, price.is_tax_inclusive)
    return CurrentPrice(price.list_price, price.sale_price, True, price.is_tax_inclusive)


def get_tax_rate(
    *, partner_id: int, country: str, region: str, category: str, on: dt.date
) -> TaxRate | None:
    """The most particular rate of the day: of region before country, of category before all."""
    return (
        TaxRate.objects.for_partner(partner_id)
        .filter(
            Q(valid_until=None) | Q(valid_until__gte=on),
            country=country,
            region__in=(region, ""),
            category__in=(category, ""),
            valid_from__lte=on,
        )
        .order_by(_blank_last("region"), _blank_last("category"), "-valid_from", "-pk")
        .first()
    )


def _blank_last(field: str) -> Case:
    return Case(When(**{field: ""}, then=Value(1)), default=Value(0), output_field=IntegerField())


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

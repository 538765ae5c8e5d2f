"""Order lines and variants as the rules that price an exchange read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from core.errors import BadInput
from core.money import round_half_up
from exchanges.rules import (
    CataloguePrice,
    Conversion,
    ReplacementGoods,
    ReturnedGoods,
    WantedReplacement,
)
from inventory import queries as inventory
from inventory.models import Variant
from inventory.rules import Destination
from orders.models import Channel, OrderAddress, OrderLine
from policies.rules import local_day


class ReturnedValue(Protocol):
    """The frozen value of claimed units: a return line, or the preview of one."""

    @property
    def quantity(self) -> int: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def gross(self) -> Decimal: ...
    @property
    def fee(self) -> Decimal: ...


def describe_returned(
    order_line: OrderLine, value: ReturnedValue, *, ship_to: OrderAddress | None
) -> ReturnedGoods:
    """An order line and the slice of it that comes back, as the plan reads them.

    Amounts are written at the currency's exponent, so that a preview and the quote that follows
    it have one hash.
    """
    taxes = list(order_line.taxes.all())
    rates = [tax.rate for tax in taxes if tax.rate is not None]
    product = order_line.variant.product if order_line.variant else None
    return ReturnedGoods(
        order_line_id=order_line.pk,
        sku=order_line.sku,
        product_id=product.pk if product else None,
        category=product.category if product else "",
        quantity=value.quantity,
        net=round_half_up(value.net, order_line.currency),
        tax=round_half_up(value.tax, order_line.currency),
        gross=round_half_up(value.gross, order_line.currency),
        fee=round_half_up(value.fee, order_line.currency),
        prices_include_tax=order_line.prices_include_tax,
        tax_name=" + ".join(tax.name for tax in taxes),
        tax_rate=sum(rates, Decimal(0)) if taxes and len(rates) == len(taxes) else None,
        is_same_destination=is_same_place(order_line.order.ship_to, ship_to),
    )


def is_same_place(one: OrderAddress | None, other: OrderAddress | None) -> bool:
    """Whether two addresses are taxed alike: the same country and region."""
    if one is None or other is None:
        return one is other
    return (one.country, one.region) == (other.country, other.region)


def describe_replacements(
    wanted: Iterable[WantedReplacement],
    variants: Mapping[int, Variant],
    *,
    channel: Channel,
    currency: str,
    ship_to: OrderAddress | None,
    now: dt.datetime,
    conversion: Conversion | None = None,
) -> list[ReplacementGoods]:
    """Wanted variants with today's price and tax rate on this channel. Raises `BadInput`.

    What has no price in `currency` is taken from the conversion's, at its rate.
    """
    wanted = list(wanted)
    check_sold(variants, [line.variant_id for line in wanted], partner_id=channel.partner_id)
    ids = {line.variant_id for line in wanted}
    prices = _get_prices(ids, channel, currency, now)
    if conversion is not None:
        others = _get_prices(ids - set(prices), channel, conversion.currency, now)
        prices |= {pk: _convert(price, conversion) for pk, price in others.items()}
    rates = inventory.get_tax_rates(
        partner_id=channel.partner_id,
        country=ship_to.country if ship_to else channel.country,
        region=ship_to.region if ship_to else "",
        categories={variants[line.variant_id].product.category for line in wanted},
        on=local_day(now, channel.time_zone),
    )
    return [
        _describe_replacement(position, line, variants[line.variant_id], prices, rates)
        for position, line in enumerate(wanted, start=1)
    ]


def get_variants(variant_ids: Iterable[int]) -> dict[int, Variant]:
    """Variants with their products, by id."""
    return Variant.objects.select_related("product").in_bulk(set(variant_ids))


def check_sold(
    variants: Mapping[int, Variant], variant_ids: Iterable[int], *, partner_id: int
) -> None:
    """Refuse what the partner does not sell, or does not any more. Raises `BadInput`."""
    sold = {
        pk
        for pk, variant in variants.items()
        if variant.is_active and variant.partner_id == partner_id
    }
    if missing := set(variant_ids) - sold:
        raise BadInput(
            "One of the chosen replacements is not sold here.",
            field="replacements",
            variants=sorted(missing),
        )


def _describe_replacement(
    position: int,
    line: WantedReplacement,
    variant: Variant,
    prices: Mapping[int, CataloguePrice],
    rates: Mapping[str, inventory.CurrentRate],
) -> ReplacementGoods:
    price, rate = prices.get(variant.pk), rates.get(variant.product.category)
    return ReplacementGoods(
        position=position,
        variant_id=variant.pk,
        sku=variant.sku,
        title=variant.full_title,
        product_id=variant.product_id,
        category=variant.product.category,
        quantity=line.quantity,
        replaces=line.replaces_order_line_id,
        price=price,
        day_rate=rate.rate if rate else None,
        day_tax_name=rate.name if rate else "",
        agreed=line.agreed,
    )


def _get_prices(
    variant_ids: Collection[int], channel: Channel, currency: str, now: dt.datetime
) -> dict[int, CataloguePrice]:
    found = inventory.get_prices(
        variant_ids=variant_ids, channel_code=channel.code, currency=currency, at=now
    )
    return {
        pk: CataloguePrice(
            list_price=price.list_price,
            amount=price.amount,
            is_sale=price.is_sale,
            is_tax_inclusive=price.is_tax_inclusive,
        )
        for pk, price in found.items()
    }


def _convert(price: CataloguePrice, conversion: Conversion) -> CataloguePrice:
    """At the rate, unrounded: a line is rounded once, when it is posted."""
    return replace(
        price,
        list_price=price.list_price * conversion.rate,
        amount=price.amount * conversion.rate,
        conversion=conversion,
    )


def get_destination(ship_to: OrderAddress | None) -> Destination | None:
    if ship_to is None or not ship_to.country:
        return None
    return Destination(country=ship_to.country, postcode=ship_to.postcode)

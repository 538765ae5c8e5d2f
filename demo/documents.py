"""The demo's orders as the channels would send them: Shopify and WooCommerce documents."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from core.money import round_half_up
from demo.catalogue import Goods, price_in
from demo.people import SHOPIFY_DE, SHOPIFY_US, WOOCOMMERCE_JP, WOOCOMMERCE_UK, Person, Place
from demo.shop import TAXES, US_TAXES
from orders.rules import share_by_largest_remainder

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Store:
    """A channel of the demo: how its documents look and who buys there."""

    code: str
    currency: str
    people: tuple[Person, ...]
    prefix: str
    first_number: int
    tax_is_inside: bool


STORES = (
    Store("shopify-de", "EUR", SHOPIFY_DE, "SHP-", 104_000, tax_is_inside=True),
    Store("woo-uk", "GBP", WOOCOMMERCE_UK, "", 51_200, tax_is_inside=True),
    Store("shopify-us", "USD", SHOPIFY_US, "US-", 20_300, tax_is_inside=False),
    Store("woo-jp", "JPY", WOOCOMMERCE_JP, "", 7_700, tax_is_inside=True),
)
_RATES = {country: Decimal(rate) for country, _, rate in TAXES}
_US_RATES = {region: Decimal(rate) for region, rate in US_TAXES}


@dataclass(frozen=True, slots=True)
class Bought:
    """One line: goods at the channel's price, and its share of the order's discount."""

    goods: Goods
    sku: str
    variant: str
    quantity: int
    unit_price: Decimal
    discount: Decimal
    tax: Decimal

    @property
    def value(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order before a channel's words are put to it. Times are None until they happen."""

    store: Store
    number: int
    person: Person
    lines: tuple[Bought, ...]
    rate: Decimal
    shipping: Decimal
    shipping_tax: Decimal
    discount_code: str
    placed_at: dt.datetime
    shipped_at: dt.datetime | None
    delivered_at: dt.datetime | None

    @property
    def name(self) -> str:
        return f"{self.store.prefix}{self.number}"

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), ZERO) + self.shipping_tax

    @property
    def total(self) -> Decimal:
        goods = sum((line.value for line in self.lines), ZERO)
        tax = ZERO if self.store.tax_is_inside else self.tax
        return goods - self.discount + self.shipping + tax


def tax_rate(place: Place) -> Decimal:
    return _US_RATES[place.region] if place.country == "US" else _RATES[place.country]


def buy(
    store: Store,
    *,
    number: int,
    person: Person,
    wanted: list[tuple[Goods, tuple[str, str], int]],
    discount_rate: Decimal,
    placed_at: dt.datetime,
    now: dt.datetime,
    random: Random,
) -> Purchase:
    """Put prices, discount shares and taxes to what somebody wants.

    Parcels leave a day after the order and arrive three to six days later, if that is past.
    """
    rate, currency = tax_rate(person.place), store.currency
    prices = [price_in(currency, goods.price) for goods, _, _ in wanted]
    values = [price * quantity for price, (_, _, quantity) in zip(prices, wanted, strict=True)]
    discount = round_half_up(sum(values, ZERO) * discount_rate, currency)
    shares = share_by_largest_remainder(discount, values, currency)
    lines = tuple(
        Bought(goods, goods.sku(variant[0]), variant[1], quantity, price, share,
               _tax(value - share, rate, store))
        for (goods, variant, quantity), price, value, share in zip(
            wanted, prices, values, shares, strict=True
        )
    )  # fmt: skip
    shipping = (
        ZERO if sum(values) > price_in(currency, Decimal(80)) else price_in(currency, Decimal(6))
    )
    shipped_at = placed_at + dt.timedelta(hours=random.randint(18, 40))
    delivered_at = shipped_at + dt.timedelta(hours=random.randint(40, 120))
    return Purchase(
        store=store,
        number=number,
        person=person,
        lines=lines,
        rate=rate,
        shipping=shipping,
        shipping_tax=_tax(shipping, rate, store),
        discount_code="WELCOME15" if discount else "",
        placed_at=placed_at,
        shipped_at=shipped_at if shipped_at < now else None,
        delivered_at=delivered_at if delivered_at < now else None,
    )


def _tax(amount: Decimal, rate: Decimal, store: Store) -> Decimal:
    part = rate / (1 + rate) if store.tax_is_inside else rate
    return round_half_up(amount * part, store.currency)


def write_document(purchase: Purchase, *, version: dt.datetime) -> bytes:
    """The order as its channel sends it, as of `version`."""
    write = _shopify if purchase.store.code.startswith("shopify") else _woocommerce
    return json.dumps(write(purchase, version=version), ensure_ascii=False).encode()


def customer_number(person: Person) -> int:
    """The same number in every run, which `hash` would not give."""
    return zlib.crc32(person.mailbox.encode()) % 1_000_000


def topic_of(store: Store) -> str:
    return "orders/updated" if store.code.startswith("shopify") else "order.updated"


def _shopify(purchase: Purchase, *, version: dt.datetime) -> dict[str, Any]:
    person, identity = purchase.person, 5_400_000_000_000 + purchase.number
    address = _address(person)
    tax_name = "Sales tax" if person.place.country == "US" else "VAT"

    def taxes(amount: Decimal) -> list[dict[str, Any]]:
        line = {"title": tax_name, "rate": float(purchase.rate), "price": _text(amount, purchase)}
        return [line] if amount else []

    return {
        "id": identity,
        "admin_graphql_api_id": f"gid://shopify/Order/{identity}",
        "name": purchase.name,
        "order_number": purchase.number,
        "test": False,
        "confirmed": True,
        "currency": purchase.store.currency,
        "presentment_currency": purchase.store.currency,
        "email": person.email,
        "created_at": purchase.placed_at.isoformat(),
        "processed_at": purchase.placed_at.isoformat(),
        "updated_at": version.isoformat(),
        "customer_locale": person.locale,
        "taxes_included": purchase.store.tax_is_inside,
        "total_line_items_price": _text(sum((x.value for x in purchase.lines), ZERO), purchase),
        "subtotal_price": _text(
            sum((x.value - x.discount for x in purchase.lines), ZERO), purchase
        ),
        "total_discounts": _text(purchase.discount, purchase),
        "total_tax": _text(purchase.tax, purchase),
        "total_price": _text(purchase.total, purchase),
        "financial_status": "paid",
        "fulfillment_status": "fulfilled" if purchase.shipped_at else None,
        "discount_codes": _discount_codes(purchase),
        "gateway": "shopify_payments",
        "payment_gateway_names": ["shopify_payments"],
        "customer": {
            "id": 7_000_000 + customer_number(person),
            "email": person.email,
            "first_name": person.name,
            "last_name": "",
        },
        "shipping_address": address,
        "billing_address": address,
        "shipping_lines": [
            {
                "title": "Standard",
                "price": _text(purchase.shipping, purchase),
                "discounted_price": _text(purchase.shipping, purchase),
                "tax_lines": taxes(purchase.shipping_tax),
            }
        ],
        "line_items": [
            {
                "id": identity * 10 + position,
                "sku": line.sku,
                "name": f"{line.goods.title} {line.variant}".strip(),
                "title": line.goods.title,
                "variant_title": line.variant,
                "quantity": line.quantity,
                "price": _text(line.unit_price, purchase),
                "total_discount": "0.00",
                "discount_allocations": [{"amount": _text(line.discount, purchase)}]
                if line.discount
                else [],
                "tax_lines": taxes(line.tax),
                "fulfillment_status": "fulfilled" if purchase.shipped_at else None,
                "requires_shipping": True,
                "product_exists": True,
            }
            for position, line in enumerate(purchase.lines, start=1)
        ],
        "fulfillments": _shopify_fulfilments(purchase, identity),
        "refunds": [],
    }


def _shopify_fulfilments(purchase: Purchase, identity: int) -> list[dict[str, Any]]:
    if purchase.shipped_at is None:
        return []
    arrived = purchase.delivered_at
    return [
        {
            "id": identity + 1,
            "status": "success",
            "shipment_status": "delivered" if arrived else "in_transit",
            "created_at": purchase.shipped_at.isoformat(),
            "updated_at": (arrived or purchase.shipped_at).isoformat(),
            "tracking_company": "DHL",
            "tracking_number": f"0034{identity % 10**10:010d}",
            "line_items": [
                {"id": identity * 10 + position, "quantity": line.quantity}
                for position, line in enumerate(purchase.lines, start=1)
            ],
        }
    ]


def _discount_codes(purchase: Purchase) -> list[dict[str, str]]:
    if not purchase.discount_code:
        return []
    amount = _text(purchase.discount, purchase)
    return [{"code": purchase.discount_code, "amount": amount, "type": "percentage"}]


def _address(person: Person) -> dict[str, str]:
    return {
        "first_name": person.name,
        "last_name": "",
        "name": person.name,
        "address1": person.place.street,
        "city": person.place.city,
        "province_code": person.place.region,
        "zip": person.place.postcode,
        "country_code": person.place.country,
    }


def _woocommerce(purchase: Purchase, *, version: dt.datetime) -> dict[str, Any]:
    """Line money is without tax in WooCommerce, even where the shop's prices include it."""
    person, net = purchase.person, _without_tax
    discount = sum((net(purchase, line.value) - net(purchase, line.value - line.discount)
                    for line in purchase.lines), ZERO)  # fmt: skip
    shipping = purchase.shipping - purchase.shipping_tax
    billing = _woocommerce_address(person)
    return {
        "id": 90_000 + purchase.number,
        "number": str(purchase.number),
        "order_key": f"wc_order_{purchase.number}",
        "status": "completed" if purchase.shipped_at else "processing",
        "currency": purchase.store.currency,
        "prices_include_tax": purchase.store.tax_is_inside,
        "date_created_gmt": _naive(purchase.placed_at),
        "date_modified_gmt": _naive(version),
        "date_completed_gmt": _naive(purchase.shipped_at) if purchase.shipped_at else None,
        "date_paid_gmt": _naive(purchase.placed_at),
        "payment_method": "stripe",
        "payment_method_title": "Card",
        "transaction_id": f"ch_demo{purchase.number}",
        "customer_id": 300 + customer_number(person),
        "billing": billing | {"email": person.email},
        "shipping": billing,
        "discount_total": _text(discount, purchase),
        "discount_tax": "0",
        "shipping_total": _text(shipping, purchase),
        "shipping_tax": _text(purchase.shipping_tax, purchase),
        "total_tax": _text(purchase.tax, purchase),
        "total": _text(purchase.total, purchase),
        "tax_lines": [{"label": "VAT", "rate_percent": float(purchase.rate * 100)}],
        "coupon_lines": [{"code": purchase.discount_code.lower()}] if purchase.discount else [],
        "fee_lines": [],
        "refunds": [],
        "line_items": [
            {
                "id": purchase.number * 10 + position,
                "name": f"{line.goods.title} {line.variant}".strip(),
                "sku": line.sku,
                "product_id": 1000 + position,
                "quantity": line.quantity,
                "subtotal": _text(net(purchase, line.value), purchase),
                "total": _text(line.value - line.discount - line.tax, purchase),
                "total_tax": _text(line.tax, purchase),
            }
            for position, line in enumerate(purchase.lines, start=1)
        ],
    }


def _woocommerce_address(person: Person) -> dict[str, str]:
    return {
        "first_name": person.name,
        "last_name": "",
        "address_1": person.place.street,
        "city": person.place.city,
        "state": person.place.region,
        "postcode": person.place.postcode,
        "country": person.place.country,
    }


def _without_tax(purchase: Purchase, amount: Decimal) -> Decimal:
    return amount - _tax(amount, purchase.rate, purchase.store)


def _naive(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _text(amount: Decimal, purchase: Purchase) -> str:
    return str(round_half_up(amount, purchase.store.currency))

"""What comes back and what is wanted instead, as the money of an exchange is worked out from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.errors import DomainError


class NoPrice(DomainError):
    """The catalogue has no price for a replacement where one is needed."""

    code = "no_price"


class NoTaxRate(DomainError):
    """No tax rate is known for a replacement, and the returned line's does not apply."""

    code = "no_tax_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReplacement:
    """What the agent chose to send, in place of which returned order line, and from where.

    No location: the best one. `replaces_order_line_id` None is a gift beside the exchange, at
    today's price. `agreed` is a price set by hand, per unit. `may_wait`: where not enough is free,
    it is back-ordered for the day on which enough is expected.

    `second_variant_id` is what goes out by itself if this runs out, for at most `second_price`, the
    whole quantity with tax; None: what it costs when the wish is written down.
    """

    variant_id: int
    quantity: int = 1
    replaces_order_line_id: int | None = None
    location_id: int | None = None
    agreed: Decimal | None = None
    may_wait: bool = False
    second_variant_id: int | None = None
    second_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedGoods:
    """Goods of one order line that come back, at the frozen value of the claimed units.

    `tax_rate` 0.19 is 19 %, the rate at which the line was sold; None where the channel stated
    only an amount. `fee` is what policy keeps back, a positive amount.
    """

    order_line_id: int
    sku: str
    product_id: int | None
    category: str
    quantity: int
    net: Decimal
    tax: Decimal
    gross: Decimal
    fee: Decimal
    prices_include_tax: bool
    tax_name: str = ""
    tax_rate: Decimal | None = None
    is_same_destination: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A rate that a person took from `source` at `taken_at`: one of `currency` is so many of ours.

    Only a lead's approval lets a quote stand on it (domain §7.13).
    """

    currency: str
    rate: Decimal
    source: str
    taken_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePrice:
    """Today's price of one unit; `amount` is the sale price while a sale runs.

    Both are in the quote's currency; `conversion` says how they came there from another one.
    """

    list_price: Decimal
    amount: Decimal
    is_sale: bool
    is_tax_inclusive: bool
    conversion: Conversion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementGoods:
    """What the customer wants instead. `replaces` is an order line among the returned goods.

    `day_rate` is the tax of today for this category and destination, used only where the
    returned line's own rate does not apply. `agreed` is the price of one unit as an agent set it
    by hand, with tax where the returned line's prices have it in them.
    """

    position: int
    variant_id: int
    sku: str
    title: str
    product_id: int
    category: str
    quantity: int
    replaces: int | None
    price: CataloguePrice | None
    day_rate: Decimal | None = None
    day_tax_name: str = ""
    agreed: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """One replacement line with its money for the whole quantity, and why it costs that.

    `standard` is what policy asks for it, tax included; None where the catalogue has no price.
    """

    position: int
    variant_id: int
    sku: str
    title: str
    quantity: int
    replaces: int | None
    net: Decimal
    tax: Decimal
    gross: Decimal
    tax_name: str
    tax_rate: Decimal | None
    priced_by: str
    sentence: str
    standard: Decimal | None = None

"""What a channel document says, in one vocabulary for all channels, before anything is decided.

An adapter turns a parsed document into `ReadOrder`s, or says why it holds none. Nothing here
touches the database: a reading is the same on an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, ClassVar

CENTS = Decimal("0.01")
MILLIONTHS = Decimal("0.000001")


class Severity(StrEnum):
    """What a finding asks of intake. The strongest one decides."""

    IGNORE = "ignore"  # not an order, or not one yet
    PART = "part"  # half of one: the rest comes in a document of its own
    HOLD = "hold"  # a person has to look before this becomes an order
    WARNING = "warning"  # worth showing, no reason to stop


class Arithmetic(StrEnum):
    """Whether the grand total follows from the parts the document carries."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NOT_VERIFIABLE = "not_verifiable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a document that somebody may have to know, by the field it concerns.

    `owner` is who can mend it where a channel's rules say so; `off_by` how far a sum is off.
    """

    field: str
    code: str
    message: str
    severity: Severity = Severity.HOLD
    owner: str = ""
    off_by: str = ""


@dataclass(frozen=True, slots=True)
class NotAnOrder:
    """The document is fine and holds no order."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One line as stated. Discount and tax are for the whole quantity, the price for one unit.

    ``sku`` keeps the type the channel uses (some send numbers). ``quantity`` may be broken: goods
    are sold by weight too. ``variant_title`` is what tells a variant from its siblings, where the
    channel keeps it apart from the title. ``tax_before_discount`` stands where a channel keeps
    prices without tax although the shop shows them with it. ``is_discount`` marks a line that
    channels write a discount as; the order's `discount_total` says it too. ``serials`` and ``lots``
    are of the units in turn, or empty.
    """

    sku: str | int | None
    title: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    discount_total: Decimal | None
    tax_total: Decimal | None
    external_id: str = ""
    product_id: str = ""
    variant_id: str = ""
    variant_title: str = ""
    tax_before_discount: Decimal | None = None
    tax_rate: Decimal | None = None
    current_quantity: Decimal | None = None
    fulfilled_quantity: int = 0
    refunded_quantity: int = 0
    bundle_child_of: str = ""
    needs_shipping: bool = True
    is_discount: bool = False
    is_final_sale: bool = False
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()

    def as_stated(self) -> dict[str, Any]:
        return {
            "sku": self.sku,
            "title": self.title,
            "quantity": _quantity_text(self.quantity),
            "unit_price": money_text(self.unit_price),
            "discount_total": money_text(self.discount_total),
            "tax_total": money_text(self.tax_total),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAddress:
    """Where it goes, or who pays, as the shopper typed it."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCustomer:
    """Who bought. A guest has no ``external_id``."""

    external_id: str = ""
    name: str = ""
    phone: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTender:
    """One original payment: what was taken and what has gone back already."""

    method: str
    captured: Decimal
    refunded: Decimal = Decimal(0)
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFulfilment:
    """One parcel that left. ``names_units`` says whether the document tells what was in it."""

    external_id: str
    shipped_at: datetime | None
    delivered_at: datetime | None = None
    tracking_number: str = ""
    carrier: str = ""
    names_units: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOrder:
    """One order as its document states it, with everything found wrong on the way.

    Money is in ``currency``, before refunds and edits. ``shipping_total`` is before
    ``shipping_discount``. ``lines_include_tax`` says how the line prices are meant, which is not
    what ``prices_include_tax`` says of the shop in every channel. ``discounts_stand_on_lines``
    where the lines carry every discount, whatever the order says of them. A negative fee is a
    ``fee_discount``; ``gift_cards_total`` is what the grand total leaves out because it was paid
    with gift cards. ``tax_stands_on_order`` where the lines of a channel carry no tax of their
    own. ``placed_at_local`` is a time whose zone only the account knows. ``replaces`` names the
    order that this one was sent for, free of charge.
    """

    kind: ClassVar[str] = "order"
    path: str = ""
    external_id: str | None
    order_number: str | None
    currency: str | None
    placed_at: datetime | None
    customer_email: str | None
    lines: tuple[ReadLine, ...]
    shipping_total: Decimal | None
    discount_total: Decimal | None
    tax_total: Decimal | None
    grand_total: Decimal | None
    financial_status: str | None
    fulfillment_status: str | None
    prices_include_tax: bool | None
    lines_include_tax: bool = False
    arithmetic: Arithmetic = Arithmetic.NOT_VERIFIABLE
    shipping_discount: Decimal = Decimal(0)
    shipping_tax: Decimal = Decimal(0)
    fees_total: Decimal = Decimal(0)
    fees_tax: Decimal = Decimal(0)
    fee_discount: Decimal = Decimal(0)
    fee_discount_tax: Decimal = Decimal(0)
    gift_cards_total: Decimal = Decimal(0)
    discounts_stand_on_lines: bool = False
    tax_stands_on_order: bool = False
    placed_at_local: datetime | None = None
    replaces: str = ""
    source_updated_at: datetime | None = None
    cancelled_at: datetime | None = None
    is_test: bool = False
    is_gift: bool = False
    customer: ReadCustomer = ReadCustomer()
    shipping_address: ReadAddress | None = None
    billing_address: ReadAddress | None = None
    tenders: tuple[ReadTender, ...] = ()
    fulfilments: tuple[ReadFulfilment, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    def found(self, severity: Severity) -> Iterator[Finding]:
        return (finding for finding in self.findings if finding.severity == severity)

    def as_stated(self) -> dict[str, Any]:
        """The target model of MAPPING, in JSON types: what the command line prints."""
        return {
            "external_id": self.external_id,
            "order_number": self.order_number,
            "currency": self.currency,
            "placed_at": _moment_text(self.placed_at),
            "customer_email": self.customer_email,
            "lines": [line.as_stated() for line in self.lines],
            "shipping_total": money_text(self.shipping_total),
            "discount_total": money_text(self.discount_total),
            "tax_total": money_text(self.tax_total),
            "grand_total": money_text(self.grand_total),
            "financial_status": self.financial_status,
            "fulfillment_status": self.fulfillment_status,
            "prices_include_tax": self.prices_include_tax,
        }


def money_text(amount: Decimal | None) -> str | None:
    """At least two decimals and at most six: what channels write, whatever the currency."""
    if amount is None:
        return None
    exact = amount.quantize(MILLIONTHS, rounding=ROUND_HALF_UP)
    if exact == exact.quantize(CENTS, rounding=ROUND_HALF_UP):
        return f"{exact.quantize(CENTS):f}"
    return f"{exact:f}".rstrip("0")


def _quantity_text(quantity: Decimal | None) -> int | str | None:
    if quantity is None:
        return None
    if quantity == quantity.to_integral_value():
        return int(quantity)
    return f"{quantity.normalize():f}"


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")

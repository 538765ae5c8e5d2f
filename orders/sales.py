"""A sale on its way to becoming an order: what intake, or the demo, hands to `orders.services`.

Plain data, already frozen and validated; it knows no channel's format and no database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from orders.rules import FrozenLine, frozen_facts

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTax:
    """One tax of a line. ``rate`` 0.19 is 19 %; the amount is what was charged."""

    name: str
    rate: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One line: its frozen money and how many of its units have left or come back already.

    ``external_id`` is the channel's own id of the line. ``serials`` are those of serialised
    goods, one per unit from unit 1, or none; ``lots`` their batches in the same order.
    """

    money: FrozenLine
    sku: str
    title: str
    external_id: str = ""
    taxes: tuple[SaleTax, ...] = ()
    shipped: int = 0
    returned: int = 0
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    is_final_sale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCustomer:
    """Who bought. Without an ``external_id`` a guest, known by e-mail within the channel."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""
    country: str = ""
    account_tier: str = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleAddress:
    """Where it goes."""

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
class SaleTender:
    """One original payment; ``kind`` is a `Tender.Kind`."""

    kind: str
    label: str
    captured: Decimal
    refunded: Decimal = ZERO
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One order as sold.

    ``shipping_total`` is what was paid for shipping, with tax where ``prices_include_tax``;
    ``discount_total`` what the lines were discounted by in all. ``source_updated_at`` is the
    channel's version of the order.
    """

    external_id: str
    number: str
    currency: str
    prices_include_tax: bool
    placed_at: datetime
    lines: tuple[SaleLine, ...]
    customer: SaleCustomer
    grand_total: Decimal
    ship_to: SaleAddress | None = None
    tenders: tuple[SaleTender, ...] = ()
    shipping_total: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    discount_total: Decimal = ZERO
    discount_name: str = ""
    tax_total: Decimal = ZERO
    financial_status: str = ""
    fulfillment_status: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    source_updated_at: datetime | None = None
    is_test: bool = False
    is_gift: bool = False

    @property
    def goods_total(self) -> Decimal:
        """Lines before any discount."""
        return sum(
            (
                (money.gross if money.prices_include_tax else money.net)
                + money.line_discount
                + money.order_discount_share
                for money in (line.money for line in self.lines)
            ),
            ZERO,
        )

    @property
    def version(self) -> str:
        """Sorts as the versions of one order follow each other at the channel.

        Its clock counts whole seconds, and one order can be paid and shipped within one; then the
        version that knows of more is the later one.
        """
        changed_at = self.source_updated_at or self.placed_at
        progress = (
            sum(line.shipped for line in self.lines),
            self.delivered_at is not None,
            sum((tender.captured for tender in self.tenders), ZERO),
            sum((tender.refunded for tender in self.tenders), ZERO),
            self.cancelled_at is not None,
        )
        counts = "".join(f"-{int(count * 1000):015d}" for count in progress)
        return f"{changed_at.astimezone(UTC):%Y%m%dT%H%M%S%f}{counts}"

    def frozen_facts(self) -> dict[str, str]:
        """The money that a later version of this order may not change."""
        return frozen_facts(
            currency=self.currency,
            prices_include_tax=self.prices_include_tax,
            shipping_total=self.shipping_total,
            shipping_tax=self.shipping_tax,
            grand_total=self.grand_total,
            lines=[line.money for line in self.lines],
        )

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.kept import KeptQuery
from core.operations import content_hash
from inventory.models import Variant
from orders.models import Channel, Customer, Order, OrderAddress, OrderLine, OrderLineTax, Tender
from orders.queries import get_frozen_facts
from orders.states import OrderState
from tests.factories.people import make_partner
from tests.factories.stock import make_variant

DELIVERED = dt.datetime(2026, 11, 1, 12, 0, tzinfo=dt.UTC)
_count = itertools.count(1)
_CHANNELS: KeptQuery[Channel] = KeptQuery(
    lambda partner_id, code: Channel.objects.filter(partner=partner_id, code=code)
)


@dataclass(frozen=True)
class Sold:
    """One line as sold: money for the whole line, after discounts, tax apart."""

    net: str
    tax: str = "0"
    quantity: int = 1
    variant: Variant | None = None
    rate: str | None = None
    discount: str = "0"  # its share of the order's discount, as the order counts prices


def make_channel(code: str = "shop-de", **fields: Any) -> Channel:
    defaults = {"kind": "shopify", "name": "Shopify DE", "time_zone": "Europe/Berlin"}
    partner = fields.pop("partner", None) or make_partner()
    for channel in _CHANNELS(partner.pk, code):
        return channel
    return Channel.objects.create(
        partner=partner, code=code, **defaults | {"account": code} | fields
    )


def make_customer(channel: Channel | None = None, **fields: Any) -> Customer:
    channel = channel or make_channel()
    defaults = {"name": "Ana Kovačević", "email": "ana@customers.example", "country": "DE"}
    return Customer.objects.create(partner=channel.partner, channel=channel, **defaults | fields)


def make_order(*sold: Sold, channel: Channel | None = None, **fields: Any) -> Order:
    """A delivered order with frozen lines, paid in full by one card."""
    channel = channel or make_channel()
    number = next(_count)
    lines = sold or (Sold("40.00", "3.20"),)
    net = sum((Decimal(line.net) for line in lines), Decimal(0))
    tax = sum((Decimal(line.tax) for line in lines), Decimal(0))
    customer = fields.pop("customer", None) or make_customer(channel)
    defaults: dict[str, Any] = {
        "external_id": f"ext-{number}",
        "number": f"SHP-{number}",
        "currency": channel.currency,
        "prices_include_tax": False,
        "placed_at": DELIVERED - dt.timedelta(days=5),
        "shipped_at": DELIVERED - dt.timedelta(days=3),
        "delivered_at": DELIVERED,
        "goods_total": net,
        "discount_total": 0,
        "shipping_total": 0,
        "tax_total": tax,
        "grand_total": net + tax,
        "financial_status": "paid",
        "state": OrderState.DELIVERED,
    }
    address = OrderAddress.objects.create(
        partner=channel.partner, customer=customer, postcode="04109", country="DE"
    )
    order = Order.objects.create(
        partner=channel.partner,
        channel=channel,
        customer=customer,
        ship_to=address,
        **defaults | fields,
    )
    for position, line in enumerate(lines, start=1):
        _make_line(order, position, line)
    order.frozen_hash = content_hash(get_frozen_facts(order))
    order.save()
    Tender.objects.create(
        partner=order.partner, order=order, position=1, kind="card", captured=order.grand_total
    )
    return order


def _make_line(order: Order, position: int, sold: Sold) -> OrderLine:
    variant = sold.variant or make_variant()
    net, tax = Decimal(sold.net), Decimal(sold.tax)
    priced = net + tax if order.prices_include_tax else net
    line = OrderLine.objects.create(
        partner=order.partner,
        order=order,
        position=position,
        variant=variant,
        sku=variant.sku,
        title=variant.full_title,
        quantity=sold.quantity,
        list_price=(priced + Decimal(sold.discount)) / sold.quantity,
        order_discount_share=Decimal(sold.discount),
        net=net,
        tax=tax,
        gross=net + tax,
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        shipped=sold.quantity,
    )
    if tax:
        rate = Decimal(sold.rate) if sold.rate else None
        OrderLineTax.objects.create(
            partner=order.partner, line=line, name="VAT", rate=rate, amount=tax
        )
    return line

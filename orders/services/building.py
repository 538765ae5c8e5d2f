"""The rows of a sale, filled and not saved: the same whether orders come one by one or in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

from django_fsm import can_proceed

from core import bulk
from core.operations import content_hash
from orders.models import (
    Channel,
    Customer,
    Order,
    OrderAddress,
    OrderLine,
    OrderLineTax,
    OrderLineUnit,
    Tender,
)
from orders.sales import ZERO, Sale, SaleLine, SaleTender


def build_order(
    channel: Channel, customer: Customer, ship_to: OrderAddress | None, sale: Sale
) -> Order:
    """The order with its money frozen, as its first version says."""
    order = bulk.make(
        Order,
        partner_id=channel.partner_id,
        channel=channel,
        customer=customer,
        ship_to=ship_to,
        external_id=sale.external_id,
        number=sale.number,
        currency=sale.currency,
        prices_include_tax=sale.prices_include_tax,
        placed_at=sale.placed_at,
        goods_total=sale.goods_total,
        discount_total=sale.discount_total,
        discount_name=sale.discount_name,
        shipping_total=sale.shipping_total,
        shipping_tax=sale.shipping_tax,
        tax_total=sale.tax_total,
        grand_total=sale.grand_total,
        is_test=sale.is_test,
        is_gift=sale.is_gift,
        frozen_hash=content_hash(sale.frozen_facts()),
    )
    take_version(order, sale)
    return order


def take_version(order: Order, sale: Sale) -> None:
    """The channel's own words of this version, and its place among the others."""
    order.financial_status = sale.financial_status
    order.fulfillment_status = sale.fulfillment_status
    order.source_updated_at = sale.source_updated_at
    order.source_version = sale.version
    order.shipped_at = earlier(order.shipped_at, sale.shipped_at)
    order.delivered_at = earlier(order.delivered_at, sale.delivered_at)


def advance(order: Order, lines: Sequence[OrderLine], sale: Sale) -> None:
    """Our own state follows what has left; it never goes back."""
    order.cancelled_at = earlier(order.cancelled_at, sale.cancelled_at)
    has_left = any(line.shipped for line in lines)
    all_left = all(line.shipped == line.quantity for line in lines)
    if order.cancelled_at and not has_left and can_proceed(order.cancel):
        order.cancel()
    if has_left and not all_left and can_proceed(order.ship_part):
        order.ship_part()
    if has_left and all_left and can_proceed(order.ship):
        order.ship()
    if has_left and all_left and order.delivered_at and can_proceed(order.deliver):
        order.deliver()


def build_lines(
    order: Order, lines: Sequence[SaleLine], variants: Mapping[str, int]
) -> list[OrderLine]:
    """A SKU that is not among `variants` stays on its line without one."""
    return [
        bulk.make(
            OrderLine,
            partner_id=order.partner_id,
            order=order,
            position=position,
            external_id=line.external_id,
            variant_id=variants.get(line.sku),
            sku=line.sku,
            title=line.title,
            quantity=line.money.quantity,
            list_price=line.money.list_price,
            line_discount=line.money.line_discount,
            order_discount_share=line.money.order_discount_share,
            net=line.money.net,
            tax=line.money.tax,
            gross=line.money.gross,
            currency=line.money.currency,
            prices_include_tax=line.money.prices_include_tax,
            is_final_sale=line.is_final_sale,
            shipped=line.shipped,
            returned=line.returned,
        )
        for position, line in enumerate(lines, start=1)
    ]


def build_taxes(rows: Sequence[OrderLine], lines: Sequence[SaleLine]) -> list[OrderLineTax]:
    """Of lines that have their ids."""
    return [
        bulk.make(
            OrderLineTax,
            partner_id=row.partner_id,
            line=row,
            name=tax.name,
            rate=tax.rate,
            amount=tax.amount,
        )
        for row, line in zip(rows, lines, strict=True)
        for tax in line.taxes
    ]


def build_units(rows: Sequence[OrderLine], lines: Sequence[SaleLine]) -> list[OrderLineUnit]:
    """Of lines that have their ids. Goods without serial numbers are known by their lots alone."""
    return [
        OrderLineUnit(partner_id=row.partner_id, line=row, unit_number=unit, serial=serial, lot=lot)
        for row, line in zip(rows, lines, strict=True)
        for unit, (serial, lot) in enumerate(
            zip_longest(line.serials, line.lots, fillvalue=""), start=1
        )
    ]


def fill_tender(tender: Tender, stated: SaleTender) -> None:
    """What was captured or refunded is never less later."""
    tender.kind = stated.kind
    tender.label = stated.label
    tender.provider_reference = stated.reference
    tender.captured = max(tender.captured, stated.captured)
    tender.refunded = max(tender.refunded, min(stated.refunded, tender.captured))


def build_tenders(order: Order, tenders: Sequence[SaleTender]) -> list[Tender]:
    """The payments of a new order, in the channel's order."""
    rows = [
        bulk.make(
            Tender, partner_id=order.partner_id, order=order, position=position, captured=ZERO
        )
        for position, _ in enumerate(tenders, start=1)
    ]
    for row, stated in zip(rows, tenders, strict=True):
        fill_tender(row, stated)
    return rows


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """What is known once stays known, whichever version says it."""
    return min((moment for moment in (one, other) if moment is not None), default=None)

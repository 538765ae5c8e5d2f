"""The order that goes out in an exchange: a new one, never extra lines on the old one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.operations import content_hash
from core.transactions import requires_transaction
from orders.locks import lock_order
from orders.models import Order, OrderLine, OrderLineTax, Tender
from orders.rules import frozen_facts
from orders.states import Purpose

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOrderLine:
    """One replacement line with its quoted money, for the whole quantity but ``list_price``.

    ``replaces_id`` is the order line it stands in for. ``tax_rate`` 0.19 is 19 %.
    """

    variant_id: int
    sku: str
    title: str
    quantity: int
    list_price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    tax_name: str = ""
    tax_rate: Decimal | None = None
    replaces_id: int | None = None

    line_discount: Decimal = ZERO
    order_discount_share: Decimal = ZERO


@requires_transaction
def register_exchange_order(
    *,
    partner_id: int,
    channel_id: int,
    customer_id: int,
    ship_to_id: int | None,
    based_on: str,
    currency: str,
    prices_include_tax: bool,
    number: str,
    external_id: str,
    lines: Sequence[ExchangeOrderLine],
    shipping_total: Decimal,
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> Order:
    """Write the replacement order of an accepted quote. `based_on` is the return: “return:12”.

    `shipping_total` is what the customer pays for sending it, tax in it where prices include it.
    """
    goods_total = sum((line.list_price * line.quantity for line in lines), ZERO)
    order = Order.objects.create(
        partner_id=partner_id,
        channel_id=channel_id,
        customer_id=customer_id,
        ship_to_id=ship_to_id,
        purpose=Purpose.EXCHANGE,
        based_on=based_on,
        external_id=external_id,
        number=number,
        currency=currency,
        prices_include_tax=prices_include_tax,
        placed_at=now,
        goods_total=goods_total,
        discount_total=ZERO,
        shipping_total=shipping_total,
        tax_total=sum((line.tax for line in lines), ZERO),
        grand_total=sum((line.gross for line in lines), shipping_total),
        frozen_hash=_frozen_hash(currency, prices_include_tax, shipping_total, lines),
    )
    _write_lines(order, lines)
    record(
        kind="order.registered",
        partner_id=partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
        case=based_on,
        data={"number": number, "purpose": Purpose.EXCHANGE, "total": str(order.grand_total)},
    )
    return order


@requires_transaction
def add_exchange_credit(
    *,
    order_id: int,
    amount: Decimal,
    source_tender_id: int | None,
    label: str,
    actor: Actor,
    now: datetime,
) -> Tender:
    """Pay a replacement order with the credit of what came back; the chain leads to its source."""
    order = lock_order(order_id)
    tender = Tender.objects.create(
        partner_id=order.partner_id,
        order=order,
        position=order.tenders.count() + 1,
        kind=Tender.Kind.EXCHANGE_CREDIT,
        label=label,
        captured=amount,
        source_id=source_tender_id,
    )
    record(
        kind="order.credited",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        now=now,
        case=order.based_on,
        data={"tender": tender.pk, "amount": str(amount), "source": source_tender_id},
    )
    return tender


@requires_transaction
def take_over_payments(
    *, from_order_id: int, to_order_id: int, actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[Tender]:
    """What the customer paid for a replacement order pays for the one made in its stead.

    Credit is carried over on release alone, so there is none of it to take along.
    """
    old, new = (lock_order(pk) for pk in sorted((from_order_id, to_order_id)))
    if old.pk != from_order_id:
        old, new = new, old
    taken = list(old.tenders.order_by("position"))
    for position, tender in enumerate(taken, start=new.tenders.count() + 1):
        tender.order, tender.position = new, position
        tender.save()
    if taken:
        record(
            kind="order.payments_taken_over",
            partner_id=new.partner_id,
            subject=reference(new),
            actor=actor,
            op_id=op_id,
            now=now,
            case=new.based_on,
            data={"from": reference(old), "tenders": [tender.pk for tender in taken]},
        )
    return taken


def _frozen_hash(
    currency: str,
    prices_include_tax: bool,
    shipping_total: Decimal,
    lines: Sequence[ExchangeOrderLine],
) -> str:
    return content_hash(
        frozen_facts(
            currency=currency,
            prices_include_tax=prices_include_tax,
            shipping_total=shipping_total,
            shipping_tax=ZERO,
            grand_total=sum((line.gross for line in lines), shipping_total),
            lines=lines,
        )
    )


def _write_lines(order: Order, lines: Sequence[ExchangeOrderLine]) -> None:
    rows = OrderLine.objects.bulk_create(
        OrderLine(
            partner_id=order.partner_id,
            order=order,
            position=position,
            variant_id=line.variant_id,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            list_price=line.list_price,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            currency=order.currency,
            prices_include_tax=order.prices_include_tax,
            replaces_id=line.replaces_id,
        )
        for position, line in enumerate(lines, start=1)
    )
    OrderLineTax.objects.bulk_create(
        OrderLineTax(
            partner_id=order.partner_id,
            line=row,
            name=line.tax_name,
            rate=line.tax_rate,
            amount=line.tax,
        )
        for row, line in zip(rows, lines, strict=True)
        if line.tax
    )

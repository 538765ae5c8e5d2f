"""Goods that the demo sells by the desk itself, for what its channels do not sell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from demo.cases import Stage
from demo.shop import DEMO
from inventory.models import Variant
from orders.models import OrderLine
from orders.rules import FrozenLine, SoldLine, freeze_order
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleLine, SaleTax, SaleTender
from orders.services import register_order

TAX = Decimal("0.19")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A line of such an order; `price` is of one unit, tax included."""

    variant: Variant
    price: Decimal
    quantity: int = 1
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


def sell_at_home(
    stage: Stage,
    goods: Sequence[Goods],
    *,
    number: str,
    email: str,
    ship_to: SaleAddress,
    placed: dt.datetime,
) -> list[OrderLine]:
    """Paid by invoice, shipped the day after and there two days later."""
    money = freeze_order(
        [
            SoldLine(number=at, quantity=each.quantity, unit_price=each.price, tax_rate=TAX)
            for at, each in enumerate(goods, start=1)
        ],
        currency="EUR",
        prices_include_tax=True,
    )
    gross = sum((line.gross for line in money), Decimal(0))
    sale = Sale(
        external_id=number,
        number=number,
        currency="EUR",
        prices_include_tax=True,
        placed_at=placed,
        shipped_at=placed + dt.timedelta(days=1),
        delivered_at=placed + dt.timedelta(days=3),
        lines=tuple(_line(each, line) for each, line in zip(goods, money, strict=True)),
        customer=SaleCustomer(name=ship_to.name, email=email, locale="de"),
        ship_to=ship_to,
        tenders=(SaleTender(kind="other", label="invoice", captured=gross),),
        tax_total=sum((line.tax for line in money), Decimal(0)),
        grand_total=gross,
        financial_status="paid",
    )
    with transaction.atomic():
        order = register_order(
            channel=stage.shop.channels["shopify-de"], sale=sale, actor=DEMO, now=placed
        )
    return list(order.lines.order_by("position"))


def _line(goods: Goods, money: FrozenLine) -> SaleLine:
    return SaleLine(
        money=money,
        sku=goods.variant.sku,
        title=goods.variant.full_title,
        taxes=(SaleTax(name="MwSt", rate=TAX, amount=money.tax),),
        shipped=goods.quantity,
        serials=goods.serials,
        lots=goods.lots,
    )

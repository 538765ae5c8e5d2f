"""Goods that the demo sells by the desk itself, for what its channels do not sell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from demo.cases import Stage
from demo.shop import DEMO
from inventory.models import Variant
from orders.models import OrderLine
from orders.rules import SoldLine, freeze_order
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleLine, SaleTax, SaleTender
from orders.services import register_order

TAX = Decimal("0.19")


def sell_at_home(
    stage: Stage,
    variant: Variant,
    *,
    number: str,
    quantity: int,
    price: Decimal,
    email: str,
    ship_to: SaleAddress,
    placed: dt.datetime,
    serials: tuple[str, ...] = (),
    lots: tuple[str, ...] = (),
) -> OrderLine:
    """One line, paid by invoice, shipped the day after and there two days later."""
    (money,) = freeze_order(
        [SoldLine(number=1, quantity=quantity, unit_price=price, tax_rate=TAX)],
        currency="EUR",
        prices_include_tax=True,
    )
    sold = SaleLine(
        money=money,
        sku=variant.sku,
        title=variant.full_title,
        taxes=(SaleTax(name="MwSt", rate=TAX, amount=money.tax),),
        shipped=quantity,
        serials=serials,
        lots=lots,
    )
    sale = Sale(
        external_id=number,
        number=number,
        currency="EUR",
        prices_include_tax=True,
        placed_at=placed,
        shipped_at=placed + dt.timedelta(days=1),
        delivered_at=placed + dt.timedelta(days=3),
        lines=(sold,),
        customer=SaleCustomer(name=ship_to.name, email=email, locale="de"),
        ship_to=ship_to,
        tenders=(SaleTender(kind="other", label="invoice", captured=money.gross),),
        tax_total=money.tax,
        grand_total=money.gross,
        financial_status="paid",
    )
    with transaction.atomic():
        order = register_order(
            channel=stage.shop.channels["shopify-de"], sale=sale, actor=DEMO, now=placed
        )
    line: OrderLine = order.lines.get()
    return line

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from orders.rules import SoldLine, freeze_order
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleLine, SaleTax, SaleTender

PLACED = dt.datetime(2026, 10, 27, 9, 30, tzinfo=dt.UTC)


def make_sale_line(
    sku: str = "SHIRT-BLUE-M", *, price: str = "40.00", quantity: int = 1, **facts: Any
) -> SaleLine:
    """A line with 8 % tax on top of its price."""
    sold = SoldLine(
        number=1, quantity=quantity, unit_price=Decimal(price), tax_rate=Decimal("0.08")
    )
    (money,) = freeze_order([sold], currency="EUR", prices_include_tax=False)
    tax = SaleTax(name="VAT", rate=Decimal("0.08"), amount=money.tax)
    return SaleLine(money=money, sku=sku, title="Shirt", taxes=(tax,), **facts)


def make_sale(*lines: SaleLine, **changes: Any) -> Sale:
    """A paid EUR sale to Ana in Zagreb, of one shirt unless lines are given."""
    sold = lines or (make_sale_line(),)
    total = sum((line.money.gross for line in sold), Decimal(0))
    defaults: dict[str, Any] = {
        "external_id": "7001",
        "number": "#SHP-1001",
        "currency": "EUR",
        "prices_include_tax": False,
        "placed_at": PLACED,
        "lines": tuple(sold),
        "customer": SaleCustomer(name="Ana Kovačević", email="ana@customers.example"),
        "ship_to": SaleAddress(name="Ana Kovačević", postcode="10000", country="HR"),
        "tenders": (SaleTender(kind="card", label="shopify_payments", captured=total),),
        "tax_total": sum((line.money.tax for line in sold), Decimal(0)),
        "grand_total": total,
        "financial_status": "paid",
        "source_updated_at": PLACED,
    }
    return Sale(**defaults | changes)

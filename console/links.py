"""Addresses of what other screens show."""

from __future__ import annotations

from django.urls import reverse

from inventory.models import Variant
from orders.models import Customer, Order
from returns.models import Return


def order_url(order: Order) -> str:
    return reverse("console:order", args=[order.public_id])


def customer_url(customer: Customer) -> str:
    return reverse("console:customer", args=[customer.public_id])


def case_url(case: Return) -> str:
    return reverse("console:case", args=[case.number])


def stock_url(variant: Variant, *, is_ambiguous: bool = False) -> str:
    """By its SKU; by its id where two partners of one reader have the same SKU."""
    return reverse("console:sku", args=[variant.public_id if is_ambiguous else variant.sku])


def ledger_url(variant: Variant) -> str:
    return reverse("console:ledger", args=[variant.sku])

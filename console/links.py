"""Addresses of what other screens show."""

from __future__ import annotations

from django.urls import reverse

from orders.models import Customer, Order


def order_url(order: Order) -> str:
    return reverse("console:order", args=[order.public_id])


def customer_url(customer: Customer) -> str:
    return reverse("console:customer", args=[customer.public_id])

"""Addresses of what other screens show."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from orders.models import Customer, Order


def order_url(order: Order) -> str:
    return _address("order", order.public_id)


def customer_url(customer: Customer) -> str:
    return _address("customer", customer.public_id)


def _address(screen: str, public_id: str) -> str:
    try:
        return reverse(f"console:{screen}", args=[public_id])
    except NoReverseMatch:
        return ""

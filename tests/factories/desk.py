"""What a screen meets: orders delivered lately by the real clock, which views read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from core import clock
from core.models import User
from core.roles import Role
from exchanges.models import Exchange
from orders.models import Order
from tests.factories.people import make_user
from tests.factories.swaps import Swap, make_swap, open_exchange

HTMX = {"HX-Request": "true"}


def deliver_lately(order: Order, *, days_ago: int = 5) -> Order:
    """Policy windows count from delivery to today, whatever day the tests run on."""
    order.delivered_at = clock.now() - dt.timedelta(days=days_ago)
    Order.objects.filter(pk=order.pk).update(delivered_at=order.delivered_at)
    return order


def make_swap_today(*, days_ago: int = 5, **sold: Any) -> Swap:
    swap = make_swap(**sold)
    deliver_lately(swap.order, days_ago=days_ago)
    return swap


def open_today(swap: Swap, **arguments: Any) -> Exchange:
    return open_exchange(swap, **{"now": clock.now()} | arguments)


def sign_in(client: Client, role: Role | None = Role.AGENT, **fields: Any) -> User:
    user = make_user(role, **fields)
    client.force_login(user)
    return user

"""How much the people behind an order have sent back lately, as the policy asks about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Sum

from orders import queries as orders
from orders.models import Order
from returns.models import Return
from returns.states import ReturnState

LATELY = dt.timedelta(days=90)
NEVER_CAME_ABOUT = (ReturnState.DRAFT, ReturnState.REJECTED, ReturnState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Cases and units of the same customer, address or card in the last 90 days."""

    returns: int = 0
    units: int = 0
    is_new_customer: bool = False


def read_habits(sold: Collection[Order], *, now: dt.datetime) -> Habits:
    """The habits behind these orders, without the case that is being planned."""
    first = next(iter(sold))
    cases = Return.objects.filter(
        customer__in=orders.list_linked_customers(sold), opened_at__gt=now - LATELY
    ).exclude(state__in=NEVER_CAME_ABOUT)
    counted = cases.aggregate(cases=Count("pk", distinct=True), units=Sum("lines__quantity"))
    return Habits(
        returns=counted["cases"],
        units=counted["units"] or 0,
        is_new_customer=orders.is_first_order(first),
    )

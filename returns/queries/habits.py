"""How much the people behind an order have sent back lately, as the policy asks about it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from core.kept import KeptQuery
from orders import queries as orders
from orders.models import Order
from returns.models import Return
from returns.states import ReturnState

LATELY = dt.timedelta(days=90)
NEVER_CAME_ABOUT = (ReturnState.DRAFT, ReturnState.REJECTED, ReturnState.CANCELLED)
NO_CASE = 0  # no row has this id
_LATELY: KeptQuery[tuple[int, int, int | None]] = KeptQuery(
    lambda customers, since, but_not: (
        Return.objects.filter(customer__in=customers, opened_at__gt=since)
        .exclude(pk=but_not)
        .exclude(state__in=NEVER_CAME_ABOUT)
        .order_by()
        .values("customer")
        .annotate(cases=Count("pk", distinct=True), units=Sum("lines__quantity"))
        .values_list("customer", "cases", "units")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Cases and units of the same customer, address or card in the last 90 days.

    `own`, `at_address` and `on_card` share the cases out among the customers themselves and
    others who are tied to them; `ties` says which customers those are.
    """

    returns: int = 0
    units: int = 0
    is_new_customer: bool = False
    own: int = 0
    at_address: int = 0
    on_card: int = 0
    ties: Mapping[int, str] = field(default_factory=dict)


def read_habits(sold: Collection[Order], *, now: dt.datetime, case: Return | None = None) -> Habits:
    """The habits behind these orders, without the case that is planned or looked at."""
    ties = orders.list_ties(sold)
    counted = _LATELY(sorted(ties), now - LATELY, case.pk if case else NO_CASE)
    by_tie: Counter[str] = Counter()
    units = 0
    for customer_id, number, sent in counted:
        by_tie[ties[customer_id]] += number
        units += sent or 0
    return Habits(
        returns=by_tie.total(),
        units=units,
        is_new_customer=orders.is_first_order(next(iter(sold))),
        own=by_tie["own"],
        at_address=by_tie["address"],
        on_card=by_tie["card"],
        ties=ties,
    )

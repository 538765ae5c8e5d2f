"""What customers do by themselves: they say how it went, and one order is there to be tried."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from core.actors import Actor
from demo.cases import Stage
from orders.models import Order
from orders.states import OrderState
from returns.models import Return
from returns.services import rate_case
from returns.states import ReturnState

SAID = (
    (5, "Quick, and I always knew where it was."),
    (4, ""),
    (5, ""),
    (3, "Fine in the end, the parcel took a week."),
    (2, "I had to write twice."),
)


def rate_cases(stage: Stage) -> int:
    """Every case that is done, by its customer."""
    done = Return.objects.for_partner(stage.shop.partner.pk).filter(state=ReturnState.CLOSED)
    cases = list(done.order_by("pk"))
    for number, case in enumerate(cases):
        score, words = SAID[number % len(SAID)]
        who: dict[str, Any] = {"actor": Actor("customer", str(case.customer_id)), "now": stage.now}
        rate_case(return_id=case.pk, score=score, words=words, op_id=uuid4(), **who)
    return len(cases)


def find_order_to_try(stage: Stage) -> Order | None:
    """The newest delivered order without a case, with an address a link can go to."""
    orders = Order.objects.for_partner(stage.shop.partner.pk).filter(
        state=OrderState.DELIVERED, lines__return_open=0, lines__returned=0, lines__shipped__gt=0
    )
    written = orders.exclude(ship_to__postcode="").exclude(customer__email="")
    found: Order | None = written.select_related("ship_to").order_by("-delivered_at", "-pk").first()
    return found

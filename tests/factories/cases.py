"""Cases opened through the real services, on the default policy unless one is published."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from core.actors import Actor
from orders.models import Order, OrderLine
from policies.models import PolicyVersion
from returns.models import Return
from returns.services import WantedReturn, open_return
from returns.states import Outcome, Reason
from tests.factories.policies import make_policy

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)
AGENT = Actor.system("test")


def want(
    line: OrderLine,
    quantity: int = 1,
    *,
    reason: str = Reason.CHANGED_MIND,
    outcome: str = Outcome.REFUND,
) -> WantedReturn:
    return WantedReturn(order_line_id=line.pk, quantity=quantity, reason=reason, outcome=outcome)


def open_case(order: Order, *wanted: WantedReturn, **fields: Any) -> Return:
    """A return of the given lines, or of one unit of the order's first line."""
    if not PolicyVersion.objects.filter(partner=order.partner, state="published").exists():
        make_policy(order.partner)
    arguments = {"actor": AGENT, "op_id": uuid4(), "now": NOW} | fields
    return open_return(
        partner_id=order.partner_id,
        channel_id=order.channel_id,
        customer_id=order.customer_id,
        lines=list(wanted) or [want(order.lines.order_by("position")[0])],
        **arguments,
    )

"""Opening the case that a customer confirmed: once, however often the button is tapped."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from core.models import Operation
from exchanges.models import Exchange
from exchanges.services import open_exchange_case
from portal.visits import Visit
from portal.weighing import Weighed, list_replacements
from returns.models import Return
from returns.services import open_return


def open_case(
    visit: Visit, weighed: Weighed, *, exchange_type: str, op_id: UUID, now: dt.datetime
) -> Return:
    """Raises what opening raises; `OutOfStock` where the second wishes have run out too."""
    order, choices = visit.order, weighed.choices
    who: dict[str, Any] = {
        "partner_id": order.partner_id,
        "channel_id": order.channel_id,
        "customer_id": order.customer_id,
        "lines": [line.wanted() for line in choices.ticked],
        "actor": visit.actor,
        "op_id": op_id,
        "now": now,
    }
    if not choices.exchanged:
        return open_return(**who)
    replacements = list_replacements(weighed.lines)
    exchange = open_exchange_case(**who, replacements=replacements, exchange_type=exchange_type)
    return exchange.return_case


def find_opened(visit: Visit, op_id: UUID) -> Return | None:
    """The case that this very button has opened before."""
    done = Operation.objects.filter(op_id=op_id, actor=visit.actor.ref).first()
    if done is None or not done.result:
        return None
    if done.kind == "return.open":
        return Return.objects.get(pk=done.result["pk"])
    exchange = Exchange.objects.select_related("return_case").get(pk=done.result["pk"])
    return exchange.return_case

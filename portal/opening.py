"""Opening the case that a customer confirmed: once, however often the button is tapped."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

from core.errors import OperationReused
from core.models import Operation
from exchanges.models import Exchange
from exchanges.services import open_exchange_case
from inventory.services import OutOfStock
from portal.visits import Visit
from portal.weighing import Weighed, list_replacements
from returns.models import Return
from returns.services import open_return

SECOND_WISH = "second wish"


def open_case(visit: Visit, weighed: Weighed, *, op_id: UUID, now: dt.datetime) -> Return:
    """Raises what opening raises; `OutOfStock` where the second wishes have run out too."""
    order, choices = visit.order, weighed.choices
    who: dict[str, Any] = {
        "partner_id": order.partner_id,
        "channel_id": order.channel_id,
        "customer_id": order.customer_id,
        "lines": [line.wanted() for line in choices.ticked],
        "actor": visit.actor,
        "now": now,
    }
    if not choices.exchanged:
        return open_return(**who, op_id=op_id)
    # A second tap must find the case that the first one opened by the second wish, before it asks
    # for the first wish again, which may be free by then.
    by_second_wish = uuid5(op_id, SECOND_WISH)
    if (opened := _find_opened(by_second_wish, visit)) is not None:
        return opened
    try:
        first = list_replacements(weighed.lines)
        return open_exchange_case(**who, replacements=first, op_id=op_id).return_case
    except OutOfStock as error:
        short = frozenset(shortage.sku for shortage in error.shortages)
        second = list_replacements(weighed.lines, short=short)
        if second == first:
            raise
    try:
        return open_exchange_case(**who, replacements=second, op_id=by_second_wish).return_case
    except OperationReused:  # two taps at once that found different things gone
        opened = _find_opened(by_second_wish, visit)
        if opened is None:
            raise
        return opened


def find_opened(visit: Visit, op_id: UUID) -> Return | None:
    """The case that this very button has opened before, by the first wish or by the second."""
    return _find_opened(op_id, visit) or _find_opened(uuid5(op_id, SECOND_WISH), visit)


def _find_opened(op_id: UUID, visit: Visit) -> Return | None:
    done = Operation.objects.filter(op_id=op_id, actor=visit.actor.ref).first()
    if done is None or not done.result:
        return None
    if done.kind == "return.open":
        return Return.objects.get(pk=done.result["pk"])
    exchange = Exchange.objects.select_related("return_case").get(pk=done.result["pk"])
    return exchange.return_case

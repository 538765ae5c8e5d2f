"""A last word before a crew comes: nobody at home is a drive for nothing."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from exchanges import locks, queries
from exchanges.models import Exchange
from exchanges.services.timeline import tell
from fulfilment.models import Visit
from fulfilment.rules import begin_of, can_remind
from orders.queries import get_addressee


@operation("exchange.remind_of_visit")
def remind_of_visit(*, visit_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Exchange:
    """Have the customer written to once, the day before. Raises ActionBlocked.

    The exchange's row is locked, so that nobody moves the visit meanwhile; nothing of it changes.
    """
    reference = Visit.objects.values_list("work_order__reference", flat=True).get(pk=visit_id)
    exchange = locks.lock_row(int(reference.removeprefix("exchange:")))
    visit = Visit.objects.select_related("work_order").get(pk=visit_id)
    zone = get_addressee(exchange.return_case.customer).time_zone
    can_remind(
        visit.state,
        begins_at=begin_of(visit.day, visit.slot, zone),
        told_at=queries.find_told(visit),
        now=now,
    ).require("Nobody is to be reminded.")
    tell(
        exchange,
        "visit_near",
        visit=visit.pk,
        work_order=visit.work_order.number,
        day=visit.day.isoformat(),
        slot=str(visit.slot),
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return exchange

"""Customers who have a lot with a known defect at home are written to first."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import jobs
from core.actors import Actor
from core.errors import ActionBlocked, NotPermitted
from core.events import record, reference
from core.models import Event, Job
from core.operations import operation
from notifications import services as notifications
from notifications.models import Message
from orders.models import Customer
from orders.queries import get_addressee
from returns.locks import lock_pattern
from returns.models import DefectPattern
from returns.queries.radar import list_concerned
from returns.states import PatternState

JOB = "returns.tell_customers"
LETTER = "defect_notice"
POSTMAN = Actor.system("defect-notices")


@operation("defect_pattern.tell_customers")
def tell_customers(*, pattern_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Job:
    """Begin to write to everybody concerned. Nobody gets the same letter twice."""
    pattern = lock_pattern(pattern_id)
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    if pattern.state != PatternState.CONFIRMED:
        raise ActionBlocked("Only of a confirmed defect customers are told.")
    concerned = list_concerned(pattern, now=now)
    reached = [each for each in concerned if each.can_be_written_to]
    if not reached:
        raise ActionBlocked("There is nobody to write to.")
    event = record(
        kind="defect_pattern.customers_told",
        partner_id=pattern.partner_id,
        subject=reference(pattern),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"pattern": pattern.public_id, "customers": len(reached)},
    )
    return jobs.start(
        partner_id=pattern.partner_id,
        kind=JOB,
        arguments={"pattern": pattern.pk, "event": event.pk},
        actor=actor,
        now=now,
        total=len(reached),
    )


@operation("defect_pattern.write_to_customer")
def write_to_customer(
    *,
    pattern_id: int,
    customer_id: int,
    units: int,
    event_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Message | None:
    """Queue the letter to one of them; None where they were told of this defect before."""
    pattern = DefectPattern.objects.select_related("variant__product", "defect_type").get(
        pk=pattern_id
    )
    customer = Customer.objects.select_related("channel").get(pk=customer_id)
    person = reference(customer)
    told = Message.objects.filter(template=LETTER, person=person, event__subject=reference(pattern))
    if told.exists():
        return None
    written = notifications.write(
        partner_id=pattern.partner_id,
        case="",
        kind=LETTER,
        event=Event.objects.get(pk=event_id),
        to=get_addressee(customer),
        context={
            "customer_name": customer.name,
            "shop_name": customer.channel.name,
            "product": pattern.variant.full_title,
            "lot": pattern.lots,
            "units": str(units),
        },
        actor=actor,
        now=now,
    )
    return written[0] if written else None

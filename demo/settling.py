"""Cases that settle in parts, or otherwise than by goods that come and pass."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import uuid4

from core.actors import Actor
from demo.cases import NothingFits, Stage, arrive, inspect, open_refund, send_off
from orders.models import Customer, OrderLine
from returns import services as returns
from returns.models import Repair, Return
from returns.queries import WantedReturn


def _ago(stage: Stage, **kwargs: float) -> dt.datetime:
    return stage.now - dt.timedelta(**kwargs)


def _who(actor: Actor, now: dt.datetime) -> dict[str, Any]:
    return {"version": None, "actor": actor, "op_id": uuid4(), "now": now}


def partly_settled(stage: Stage) -> Return:
    """One of two came and passed: it is credited, the other is still awaited."""
    case = open_refund(stage, opened_at=_ago(stage, days=7), quantity=2)
    left = send_off(stage, case, moment=stage.after(case.opened_at, hours=30))
    there = arrive(stage, case, moment=stage.after(left, hours=50), units=1)
    inspect(stage, case, moment=stage.after(there, hours=4))
    return case


def short_closed(stage: Stage) -> None:
    """The other one is lost: an agent gives it up, and nothing is credited for it."""
    case = partly_settled(stage)
    with stage.at(_ago(stage, hours=9)) as now:
        returns.short_close(
            return_id=case.pk,
            rule="nothing",
            reason="The customer sold the second one meanwhile.",
            **_who(stage.agent(), now),
        )


def at_the_workshop(stage: Stage) -> Repair:
    """Mended instead of refunded: an estimate waits for the customer."""
    case = open_refund(stage, opened_at=_ago(stage, days=9), outcome="repair")
    there = arrive(stage, case, moment=stage.after(case.opened_at, hours=70))
    looked = inspect(stage, case, moment=stage.after(there, hours=4), grade="B")
    repair = Repair.objects.get(return_line__return_case=case)
    with stage.at(stage.after(looked, hours=20)) as now:
        what: dict[str, Any] = {"repair_id": repair.pk}
        returns.send_to_workshop(**what, workshop="Werkstatt Nord", **_who(stage.warehouse, now))
        returns.estimate_repair(
            **what,
            amount=Decimal(28),
            finding="Zip torn out at the hem.",
            **_who(stage.warehouse, now),
        )
    return repair


def mended(stage: Stage) -> None:
    repair = at_the_workshop(stage)
    with stage.at(_ago(stage, hours=5)) as now:
        what: dict[str, Any] = {"repair_id": repair.pk}
        repair.refresh_from_db()
        if repair.state == "estimated":
            returns.accept_estimate(**what, **_who(stage.agent(), now))
        returns.finish_repair(**what, cost=Decimal(11), **_who(stage.warehouse, now))
        returns.send_back_repaired(
            **what,
            carrier="DHL",
            tracking_number="JD0146006000",
            **_who(stage.warehouse, now),
        )


def appealed(stage: Stage) -> None:
    """A rejection that a customer does not accept: another person decides."""
    case = Return.objects.for_partner(stage.shop.partner).filter(state="rejected").last()
    if case is None:
        raise NothingFits("nothing was rejected")
    with stage.at(_ago(stage, hours=3)) as now:
        returns.appeal_return(
            return_id=case.pk,
            reason="They were in hospital and have sent a note.",
            **_who(stage.agent(), now),
        )


def two_orders(stage: Stage) -> None:
    """One parcel with goods of two orders of one customer."""
    opened_at = _ago(stage, days=1)
    lines = _lines_of_two_orders(stage, opened_at)
    stage.used.update(line.pk for line in lines)
    order = lines[0].order
    with stage.at(opened_at) as now:
        returns.open_return(
            partner_id=order.partner_id,
            channel_id=order.channel_id,
            customer_id=order.customer_id,
            lines=[
                WantedReturn(order_line_id=line.pk, quantity=1, reason="changed_mind")
                for line in lines
            ],
            actor=stage.agent(),
            op_id=uuid4(),
            now=now,
        )


def _lines_of_two_orders(stage: Stage, opened_at: dt.datetime) -> list[OrderLine]:
    """The first customer who has two that arrived lately, in one currency and channel."""
    customers = Customer.objects.filter(partner=stage.shop.partner).order_by("pk")
    for customer in customers:
        lines = (
            OrderLine.objects.filter(
                order__customer=customer,
                order__purpose="sale",
                order__shipped_at__range=(
                    opened_at - dt.timedelta(days=20),
                    opened_at - dt.timedelta(days=5),
                ),
                variant__product__is_returnable=True,
                shipped__gt=0,
            )
            .exclude(pk__in=stage.used)
            .select_related("order")
            .order_by("pk")
        )
        found = {(line.order.channel_id, line.currency, line.order_id): line for line in lines}
        for first in found.values():
            alike = [
                line
                for line in found.values()
                if line.order.channel_id == first.order.channel_id
                and line.currency == first.currency
            ]
            if len(alike) > 1:
                return alike[:2]
    raise NothingFits("nobody ordered twice")


# `appealed` goes on with a case that another story has told.
STORIES = (
    partly_settled,
    short_closed,
    at_the_workshop,
    mended,
    two_orders,
)


def tell_stories(stage: Stage) -> int:
    """Each once, as far as the shop has sold what it takes; returns how many cases they opened."""
    opened = 0
    for story in STORIES:
        with suppress(NothingFits):
            story(stage)
            opened += 1
    with suppress(NothingFits):
        appealed(stage)
    return opened

"""What parked documents wait for: orders that come, parcels that leave, messages that are sent.

What is released is settled in the worker's next round. The schedule looks too
(`intake.follow_up`), for what came between a look and its parking.
"""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.events import subscribe
from core.models import Event
from intake import queries, services
from intake.states import Awaited

DESK = Actor.system("intake")


def subscribe_all() -> None:
    """Called when the app is ready. The names are stored with deliveries: never change one."""
    subscribe("intake.orders", "order.registered", handler=hear_of_order)
    subscribe(
        "intake.parcels",
        *("shipment.shipped", "parcel.announced", "parcel.tracked"),
        handler=hear_of_parcel,
    )
    subscribe("intake.tracking", "parcel.announced", handler=hear_of_announced_parcel)
    subscribe("intake.messages", "message.sent", handler=hear_of_message)


def hear_of_order(*, event: Event, now: dt.datetime) -> None:
    order = queries.get_awaited_order(event.subject)
    _release(event, Awaited.ORDER, [order.external_id], now)
    _release(event, Awaited.PAYMENT, queries.list_payment_references(order), now)


def hear_of_parcel(*, event: Event, now: dt.datetime) -> None:
    _release(event, Awaited.PARCEL, [event.data["tracking_number"]], now)


def hear_of_announced_parcel(*, event: Event, now: dt.datetime) -> None:
    """A case that a channel told of has its parcel: it may come under a number that is known."""
    if event.case:
        services.track_parcel(case=event.case, actor=DESK, now=now)


def hear_of_message(*, event: Event, now: dt.datetime) -> None:
    _release(event, Awaited.MESSAGE, [queries.get_provider_id(event.subject)], now)


def _release(event: Event, kind: Awaited, keys: list[str], now: dt.datetime) -> None:
    known = [key for key in keys if key]
    if known:
        services.release_parked_for(
            partner_id=event.partner_id, kind=kind, keys=known, actor=DESK, now=now
        )

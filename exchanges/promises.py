"""How the day stands that a customer was told: kept, in doubt, or not to come any more."""

from __future__ import annotations

import datetime as dt

from core.actors import Actor
from core.models import Event
from core.transactions import requires_transaction
from exchanges.messages import ARRIVAL
from exchanges.models import ExchangeLine
from fulfilment import queries as parcels
from fulfilment.models import Shipment
from fulfilment.states import UNDER_WAY
from notifications import services as notifications

DESK = Actor.system("exchanges")
OVER = ("exchange.cancelled", "exchange.expired", "exchange.converted_to_refund")
DOUBTS = {
    "exchange.hold_ended": "the goods are not held any more",
    "exchange.short_picked": "the warehouse found fewer than were held",
    "exchange.held_again": "",
    "exchange.second_wish_asked": "the customer has to say yes to their second wish",
}


@requires_transaction
def hear_of_delivery(*, event: Event, now: dt.datetime) -> None:
    notifications.keep_promise(about=event.subject, what=ARRIVAL, actor=DESK, now=now)


@requires_transaction
def hear_of_parcel(*, event: Event, now: dt.datetime) -> None:
    """Of what leaves part by part, all that was on its way is there: that much was promised.

    Not where a crew brought some of it back: that did not come on its day.
    """
    about = str(event.data["reference"])
    if not about.startswith("exchange:"):
        return
    lines = ExchangeLine.objects.filter(exchange=int(about.partition(":")[2]))
    if any(line.came_back and line.rest for line in lines):
        return
    if not any(parcel.state in UNDER_WAY for parcel in parcels.list_shipments(about)):
        notifications.keep_promise(about=about, what=ARRIVAL, actor=DESK, now=now)


@requires_transaction
def hear_of_end(*, event: Event, now: dt.datetime) -> None:
    notifications.withdraw_promises(about=event.subject, actor=DESK, now=now)


@requires_transaction
def hear_of_doubt(*, event: Event, now: dt.datetime) -> None:
    """What makes it unlikely, or likely again, that the day can be kept."""
    notifications.doubt_promise(
        about=event.subject, what=ARRIVAL, risk=DOUBTS[event.kind], actor=DESK, now=now
    )


@requires_transaction
def hear_of_trouble(*, event: Event, now: dt.datetime) -> None:
    """A carrier has trouble with a parcel of an exchange."""
    shipment = Shipment.objects.get(pk=event.data["shipment"])
    if shipment.reference.startswith("exchange:"):
        notifications.doubt_promise(
            about=shipment.reference,
            what=ARRIVAL,
            risk="the carrier reports trouble",
            actor=DESK,
            now=now,
        )


@requires_transaction
def hear_of_new_day(*, event: Event, now: dt.datetime) -> None:
    """A later day is known, or none: staff see it even where no letter could be written."""
    instead = event.data.get("instead")
    notifications.doubt_promise(
        about=event.subject,
        what=ARRIVAL,
        risk="" if instead else "nobody knows the new day",
        expected_on=dt.date.fromisoformat(instead) if instead else None,
        actor=DESK,
        now=now,
    )

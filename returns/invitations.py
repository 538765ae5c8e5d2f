"""The letter that asks a customer how a case went: once, when it is done, and only of peace."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from core.models import Event
from core.transactions import requires_transaction
from notifications import queries as letters
from notifications import services as notifications
from orders.links import make_token
from orders.queries import get_addressee
from payments.queries import was_disputed
from returns.messages import POSTMAN
from returns.models import Rating, Return
from returns.rules import can_rate

LETTER = "rating_invited"


@requires_transaction
def invite_to_rate(*, event: Event, now: dt.datetime) -> None:
    """Ask, unless it was rated or asked before, is open again, or its payment was disputed.

    A case that was closed twice is asked about once. Whoever wants no such letters gets none,
    since the kind is optional; without an address of the desk there is nothing to link to.
    """
    case = _get_case(event)
    lines = case.lines.select_related("order_line__order").order_by("position")
    orders = {line.order_line.order_id: line.order_line.order for line in lines}
    first = next(iter(orders.values()), None)
    if first is None or not settings.PUBLIC_ADDRESS:
        return
    is_rated = Rating.objects.filter(return_case=case).exists()
    if not can_rate(case.state, is_rated=is_rated) or was_disputed(orders):
        return
    if letters.is_queued_for(case=event.case, kind=LETTER):
        return
    pages = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/my/"
    notifications.write(
        partner_id=event.partner_id,
        case=event.case,
        kind=LETTER,
        event=event,
        to=get_addressee(case.customer),
        context={
            "customer_name": case.customer.name,
            "shop_name": case.channel.name,
            "case_number": case.number,
            "order_number": first.number,
            "items_back": "\n".join(f"{one.quantity} × {one.order_line.title}" for one in lines),
            "link": f"{pages}enter/{make_token(first)}/",
            "pages": pages,
        },
        actor=POSTMAN,
        now=now,
    )


def _get_case(event: Event) -> Return:
    cases = Return.objects.select_related("customer__channel", "channel")
    case: Return = cases.get(pk=event.subject.removeprefix("return:"))
    return case

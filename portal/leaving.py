"""What a customer settles about themselves: other orders of theirs, letters, and their links."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import clock
from core.formats import local_date
from core.permissions import public
from notifications.queries import find_suppression
from notifications.services import choose_letters
from notifications.states import Medium
from orders.links import find_open
from orders.models import Order
from orders.queries import get_addressee
from orders.services import revoke_links
from portal.choices import tidy
from portal.limits import limited
from portal.visits import Visit, begin, closed, draw, end, say_next, visiting
from returns.taking import read_op_id

MOST_ORDERS = 20
LONGEST_ID = 40


def list_others(visit: Visit) -> list[tuple[str, str, str]]:
    """Further orders of the same person at the same shop, newest first: id, number, day.

    The link went to the address on this order, and they have it too: it is of the person.
    """
    others = (
        Order.objects.filter(customer=visit.order.customer_id, is_test=False)
        .exclude(pk=visit.order.pk)
        .order_by("-placed_at", "-pk")[:MOST_ORDERS]
    )
    zone = visit.order.channel.time_zone
    return [
        (one.public_id, one.number, visit.wording.day(local_date(one.placed_at, zone)))
        for one in others
    ]


def wants_letters(visit: Visit) -> bool:
    """Whether they get what need not be written."""
    to = get_addressee(visit.order.customer)
    return not find_suppression(
        partner_id=visit.order.partner_id,
        medium=Medium.EMAIL,
        address=to.address_for(Medium.EMAIL),
        person=to.person,
        is_optional=True,
    )


@require_POST
@never_cache
@limited("order-acts", calls=60, seconds=3600)
@public
@visiting
def go_to_other(request: HttpRequest, visit: Visit) -> HttpResponse:
    """To another order of theirs, as if its link had been opened; anybody else's is not there."""
    asked = tidy(request.POST.get("order", ""))[:LONGEST_ID]
    order = find_open(visit.since, public_id=asked, customer=visit.order.customer_id)
    if order is None or order.is_test:
        return draw(request, visit.wording, "over", status=404)
    begin(request, order, since=visit.since)
    return closed(redirect("mine:order"))


@require_POST
@never_cache
@limited("order-acts", calls=60, seconds=3600)
@public
@visiting
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Letters that need not be written, or none of them. What belongs to an order always comes."""
    wants = request.POST.get("letters") == "yes"
    to = get_addressee(visit.order.customer)
    choose_letters(
        partner_id=visit.order.partner_id,
        person=to.person,
        address=to.address_for(Medium.EMAIL),
        wants=wants,
        actor=visit.actor,
        op_id=read_op_id(request.POST),
        now=clock.now(),
    )
    say_next(request, visit.wording, "done_letters_on" if wants else "done_letters_off")
    return closed(redirect("mine:order"))


@require_POST
@never_cache
@limited("order-acts", calls=60, seconds=3600)
@public
@visiting
def close_links(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every link that was sent so far, and this visit with them."""
    revoke_links(
        order_id=visit.order.pk,
        actor=visit.actor,
        op_id=read_op_id(request.POST),
        now=clock.now(),
    )
    end(request)
    return draw(request, visit.wording, "closed")

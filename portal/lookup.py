"""Finding an order, and the letter with the link that opens it.

Nobody learns here whether an order exists: a wrong proof and an unknown number are answered
alike, each number has a limit of its own whether it exists or not, and whoever finds an order
sees it masked.
"""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.actors import Actor
from core.formats import local_date
from core.permissions import public
from orders.links import find_open, read_token
from orders.models import Order
from orders.services import revoke_links, send_order_link
from portal.finding import LONGEST_NUMBER, LONGEST_PROOF, Asked, find_order, mask_email, read_asked
from portal.limits import limited, may_knock
from portal.visits import begin, closed, draw
from portal.wording import wording_for
from returns.taking import read_op_id

PORTAL = Actor.system("portal")
LONGEST_TOKEN = 200
AN_HOUR = 3600
# What was found may be acted on without typing it again, for as long as one looks at it.
TICKET, TICKET_LASTS = "portal.found", dt.timedelta(minutes=15)


@require_http_methods(["GET", "POST"])
@never_cache
@limited("find", calls=20, seconds=600)
@public
def find(request: HttpRequest) -> HttpResponse:
    """The form; then the order, masked, or the one answer for everything else."""
    if request.method == "GET":
        return _ask(request)
    asked = read_asked(request.POST.get("number", ""), request.POST.get("proof", ""))
    if not asked.is_complete:
        return _ask(request, asked, problem="find_incomplete", status=422)
    if not may_knock("order", asked.number.upper(), calls=10, seconds=AN_HOUR):
        return _ask(request, asked, problem="too_often", status=429)
    order = find_order(asked)
    if order is None:
        return _ask(request, asked, problem="not_found", status=422)
    return _show_masked(request, order)


def _ask(
    request: HttpRequest, asked: Asked | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    wording = wording_for(request)
    return draw(
        request,
        wording,
        "find",
        status=status,
        number=asked.number if asked else "",
        proof=asked.proof if asked else "",
        problem=wording.texts.get(problem, ""),
        longest_number=LONGEST_NUMBER,
        longest_proof=LONGEST_PROOF,
    )


def _show_masked(request: HttpRequest, order: Order) -> HttpResponse:
    wording = wording_for(request)
    placed_on = local_date(order.placed_at, order.channel.time_zone)
    pieces = sum(order.lines.values_list("quantity", flat=True))
    return draw(
        request,
        wording,
        "found",
        order_number=order.number,
        about=wording.say("found_about", day=wording.day(placed_on), pieces=pieces),
        can_send=_can_send(order),
        send_to=wording.say("found_send_to", address=mask_email(order.customer.email)),
        ticket=signing.dumps(order.public_id, salt=TICKET),
        op_id=uuid4(),
    )


def _can_send(order: Order) -> bool:
    """Links begin with the address that we were given; a browser is not asked what ours is."""
    return bool(settings.PUBLIC_ADDRESS and mask_email(order.customer.email))


@require_POST
@never_cache
@limited("order-link", calls=10, seconds=AN_HOUR)
@public
def send_link(request: HttpRequest) -> HttpResponse:
    """To the address on the order: none is ever typed in here."""
    wording, order = wording_for(request), _read_ticket(request.POST.get("ticket", ""))
    if order is None or not _can_send(order):
        return draw(request, wording, "over", status=404)
    if not may_knock("order-letter", order.public_id, calls=5, seconds=AN_HOUR):
        return draw(request, wording, "sent", status=429, is_too_often=True)
    send_order_link(
        order_id=order.pk,
        address=f"{settings.PUBLIC_ADDRESS.rstrip('/')}/my/",
        actor=PORTAL,
        op_id=read_op_id(request.POST),
        now=clock.now(),
    )
    return draw(
        request,
        wording,
        "sent",
        sent_to=wording.say("sent_to", address=mask_email(order.customer.email)),
    )


def _read_ticket(ticket: str) -> Order | None:
    try:
        public_id = signing.loads(ticket[:LONGEST_TOKEN], salt=TICKET, max_age=TICKET_LASTS)
    except signing.BadSignature:
        return None
    return find_open(public_id=public_id)


@require_GET
@never_cache
@public
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter's link leads. Looks at nothing: programs that read mail open links too."""
    return draw(request, wording_for(request), "enter", token=token[:LONGEST_TOKEN], op_id=uuid4())


@require_POST
@never_cache
@limited("order-open", calls=30, seconds=600)
@public
def open_order(request: HttpRequest) -> HttpResponse:
    """The secret into the session."""
    order = read_token(request.POST.get("token", "")[:LONGEST_TOKEN])
    if order is None:
        return draw(request, wording_for(request), "over", status=404)
    begin(request, order)
    return closed(redirect("mine:order"))


@require_POST
@never_cache
@limited("order-not-me", calls=30, seconds=600)
@public
def not_me(request: HttpRequest) -> HttpResponse:
    """Whoever got a letter that they did not ask for takes the links back; it opens nothing."""
    order = read_token(request.POST.get("token", "")[:LONGEST_TOKEN])
    if order is not None:
        revoke_links(
            order_id=order.pk,
            actor=Actor("customer", str(order.customer_id)),
            op_id=read_op_id(request.POST),
            now=clock.now(),
        )
    return draw(request, wording_for(request), "closed")

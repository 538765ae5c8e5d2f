"""Who is here and for which order: what every page of an order begins and ends with.

The link's secret goes from the address into the session at once and is never an address again.
Whoever has no link, an old one or one made up reads the same words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core import clock
from core.actors import Actor
from core.permissions import public
from orders.links import LONG_AGO, find_open
from orders.models import Order
from portal.wording import CHOSEN, LANGUAGES, Wording, wording_for

REMEMBERS, SINCE = "order_visited", "order_visited_since"
AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer at their order."""

    order: Order
    wording: Wording
    since: dt.datetime

    @property
    def actor(self) -> Actor:
        return Actor("customer", str(self.order.customer_id))


def begin(request: HttpRequest, order: Order, *, since: dt.datetime | None = None) -> None:
    """`since`: of a visit that goes on at another order of theirs."""
    request.session.cycle_key()
    request.session[REMEMBERS] = order.pk
    request.session[SINCE] = (since or clock.now()).timestamp()
    if not request.user.is_authenticated:
        request.session.set_expiry(AN_HOUR)


def end(request: HttpRequest) -> None:
    request.session.pop(REMEMBERS, None)
    request.session.pop(SINCE, None)


def visiting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for who came by a link; the view gets their visit after the request."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        remembered = request.session.get(REMEMBERS)
        since = _since(request)
        order = find_open(since, pk=remembered) if isinstance(remembered, int) else None
        if order is None:
            return draw(request, wording_for(request), "over", status=404)
        locale = order.customer.locale or order.channel.locale
        return view(request, Visit(order, wording_for(request, locale), since), *args, **kwargs)

    return wrapper


def _since(request: HttpRequest) -> dt.datetime:
    """When this visit began; links may be taken back while somebody is here."""
    began = request.session.get(SINCE)
    return dt.datetime.fromtimestamp(began, dt.UTC) if isinstance(began, float) else LONG_AGO


@require_POST
@public
def choose_language(request: HttpRequest) -> HttpResponse:
    """The reader's own choice, before any other. Back to where every visit begins."""
    if request.POST.get("language") in LANGUAGES:
        request.session[CHOSEN] = request.POST["language"]
    here = "mine:order" if REMEMBERS in request.session else "mine:find"
    return closed(redirect(here))


def draw(
    request: HttpRequest, wording: Wording, name: str, /, *, status: int = 200, **context: Any
) -> HttpResponse:
    known = {
        "words": wording.texts,
        "language": wording.language,
        "languages": LANGUAGES,
        "said": request.session.pop("portal_said", ""),
    }
    answer = render(request, f"portal/order/{name}.html", known | context, status=status)
    return closed(answer)


def say_next(request: HttpRequest, wording: Wording, key: str) -> None:
    """One sentence for the top of the next page."""
    request.session["portal_said"] = wording.say(key)


def closed(answer: HttpResponse) -> HttpResponse:
    """Nothing of these pages is told to, kept by or shown within anything else.

    Not `no-referrer`: with it browsers send forms from “null”, which is taken for a forgery.
    """
    answer["Referrer-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer

"""The order and its cases, for who came by the link; and the steps a customer may take there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import ActionBlocked, DomainError
from core.permissions import public
from exchanges import queries as exchanges
from exchanges.services import cancel_exchange, send_payment_link, take_second_wish
from exchanges.states import OVER
from portal.choices import read_sum, tidy
from portal.leaving import list_others, wants_letters
from portal.limits import limited
from portal.serials import tell_serial
from portal.starting import UNPROCESSABLE
from portal.tracking import draw_case, find_case, list_cases, say_state
from portal.visits import Visit, closed, draw, say_next, visiting
from returns.models import Return, ReturnLine
from returns.queries.defects import LONGEST_SERIAL
from returns.rules import SCORES
from returns.services import cancel_return, mark_departed, rate_case
from returns.taking import read_op_id, take_photos

BY_THEMSELVES = "The customer called it off on their page."
SCORE_WORDS = tuple(str(score) for score in SCORES)
LONGEST_WORDS = 1000
LONGEST_ID = 16  # digits that the database can still read
View = Callable[..., HttpResponseBase]
Act = Callable[[Return, dict[str, Any], QueryDict], object]


@require_GET
@never_cache
@public
@visiting
def order(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was bought, what may come back, and the cases there are."""
    words = visit.wording
    lines = list(visit.order.lines.order_by("position"))
    return draw(
        request,
        words,
        "order",
        shop=visit.order.channel.name,
        number=visit.order.number,
        lines=[f"{line.quantity} × {line.title}" for line in lines],
        can_start=any(line.returnable > 0 for line in lines),
        cases=[(case.number, say_state(case, words)) for case in list_cases(visit)],
        others=list_others(visit),
        wants_letters=wants_letters(visit),
        op_id=uuid4(),
    )


@require_GET
@never_cache
@public
@visiting
def case(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    found = find_case(visit, number)
    return _show(request, visit, found) if found else _nowhere(request, visit)


def _show(
    request: HttpRequest,
    visit: Visit,
    case: Return,
    *,
    problem: str = "",
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return draw(
        request,
        visit.wording,
        "case",
        status=status,
        shop=visit.order.channel.name,
        number=visit.order.number,
        page=draw_case(case, visit),
        problem=visit.wording.texts.get(problem, ""),
        refused=refused or [],
        op_id=uuid4(),
    )


def _nowhere(request: HttpRequest, visit: Visit) -> HttpResponse:
    return draw(request, visit.wording, "over", status=404)


def _acting(act: Act, *, said: str) -> View:
    """A view that does one thing to a case of the visit; a refusal is shown on its page."""

    @require_POST
    @never_cache
    @limited("order-acts", calls=60, seconds=3600)
    @public
    @visiting
    def view(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
        found = find_case(visit, number)
        if found is None:
            return _nowhere(request, visit)
        op_id = read_op_id(request.POST)
        try:
            act(found, {"actor": visit.actor, "op_id": op_id, "now": clock.now()}, request.POST)
        except DomainError:
            return _show(request, visit, found, problem="not_now", status=UNPROCESSABLE)
        say_next(request, visit.wording, said)
        return closed(redirect("mine:case", number=found.number))

    return view


def _say_sent(case: Return, who: dict[str, Any], said: QueryDict) -> None:
    mark_departed(return_id=case.pk, version=None, **who)


def _cancel(case: Return, who: dict[str, Any], said: QueryDict) -> None:
    """With the exchange that goes with it, where there is one that still lives."""
    exchange = exchanges.get_exchange(return_id=case.pk)
    if exchange is not None and exchange.state not in OVER:
        cancel_exchange(
            exchange_id=exchange.pk,
            version=None,
            continue_return=False,
            reason=BY_THEMSELVES,
            **who,
        )
        return
    cancel_return(return_id=case.pk, version=None, reason=BY_THEMSELVES, **who)


def _ask_to_pay(case: Return, who: dict[str, Any], said: QueryDict) -> None:
    exchange = exchanges.get_exchange(return_id=case.pk)
    if exchange is not None:
        send_payment_link(exchange_id=exchange.pk, version=None, **who)


def _take_wish(case: Return, who: dict[str, Any], said: QueryDict) -> None:
    """Their yes to what they have read; anything but that sum is none."""
    exchange = exchanges.get_exchange(return_id=case.pk)
    if exchange is None:
        raise ActionBlocked("There is no exchange.")
    due = read_sum(said.get("due", ""))
    take_second_wish(exchange_id=exchange.pk, version=None, due=due, **who)


def _rate(case: Return, who: dict[str, Any], said: QueryDict) -> None:
    score = said.get("score", "")
    rate_case(
        return_id=case.pk,
        score=int(score) if score in SCORE_WORDS else 0,
        words=tidy(said.get("words", ""))[:LONGEST_WORDS],
        **who,
    )


say_sent = _acting(_say_sent, said="done_sent")
cancel = _acting(_cancel, said="done_cancelled")
pay = _acting(_ask_to_pay, said="done_pay")
wish = _acting(_take_wish, said="done_wish")
rate = _acting(_rate, said="done_rated")


@require_POST
@never_cache
@limited("order-photos", calls=60, seconds=3600)
@public
@visiting
def send_photos(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Photos of one line of a case that waits for them; policy decides again by itself."""
    found = find_case(visit, number)
    if found is None:
        return _nowhere(request, visit)
    line, uploads = _line_of(found, request.POST.get("line", "")), request.FILES.getlist("photos")
    serial = tidy(request.POST.get("serial", ""))[:LONGEST_SERIAL]
    if line is None or not (uploads or serial):
        return _show(request, visit, found, problem="choose_photo", status=UNPROCESSABLE)
    who: dict[str, Any] = {"actor": visit.actor, "now": clock.now()}
    op_id = read_op_id(request.POST)
    problem = tell_serial(line, serial, op_id=op_id, **who) if serial else ""
    taken = take_photos(
        uploads,
        order_line_id=line.order_line_id,
        return_line_id=line.pk,
        op_id=op_id,
        **who,
    )
    if problem or taken.refused:
        return _show(
            request,
            visit,
            found,
            problem=problem,
            refused=taken.refused,
            status=UNPROCESSABLE,
        )
    say_next(request, visit.wording, "done_photos")
    return closed(redirect("mine:case", number=found.number))


def _line_of(case: Return, line_id: str) -> ReturnLine | None:
    if not (line_id.isascii() and line_id.isdecimal() and len(line_id) < LONGEST_ID):
        return None
    lines = case.lines.select_related("defect_report__defect_type")
    found: ReturnLine | None = lines.filter(pk=int(line_id)).first()
    return found

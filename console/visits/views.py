from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from console.components import Banner
from console.reader import Reader
from console.refusals import Stamp, refusal_banner
from console.rights import rights_of
from console.visits.drawing import draw_board, draw_visit
from console.visits.forms import DayForm, ReportForm
from core.actors import Actor
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from exchanges import services
from exchanges.models import Exchange
from fulfilment.models import Visit


@require_GET
@requires(Permission.SEE_CASES)
def visits(request: HttpRequest) -> HttpResponse:
    """Who goes where on a day; today's without a choice."""
    reader = Reader.of(request)
    form = DayForm(request.GET or None)
    day = form.cleaned_data["day"] if form.is_valid() else reader.now.date()
    found = list(_visible(request).filter(day=day).order_by("slot", "crew__name", "pk"))
    exchanges = {visit.work_order.reference: _exchange_of(visit) for visit in found}
    board = draw_board(day, found, exchanges, reader)
    return render(request, "console/visits.html", {"board": board})


@require_GET
@requires(Permission.SEE_CASES)
def visit(request: HttpRequest, public_id: str) -> HttpResponse:
    return _show(request, _get(request, public_id))


@require_POST
@requires(Permission.SHIP_GOODS)
def depart(request: HttpRequest, public_id: str) -> HttpResponseBase:
    def carry_out(found: Visit, who: dict[str, Any], version: int) -> None:
        services.dispatch_visit(
            exchange_id=_exchange_of(found).pk, visit_id=found.pk, version=version, **who
        )

    return _take_step(request, public_id, carry_out, "You are on your way.")


@require_POST
@requires(Permission.SHIP_GOODS)
def arrive(request: HttpRequest, public_id: str) -> HttpResponseBase:
    def carry_out(found: Visit, who: dict[str, Any], version: int) -> None:
        services.begin_visit(exchange_id=_exchange_of(found).pk, visit_id=found.pk, **who)

    return _take_step(request, public_id, carry_out, "You are there.")


@require_POST
@requires(Permission.SHIP_GOODS)
def report(request: HttpRequest, public_id: str) -> HttpResponseBase:
    found = _get(request, public_id)
    form = ReportForm(list(found.tasks.order_by("position")), request.POST)
    if not form.is_valid():
        words = Banner(words="Say of each task what came of it.", tone="bad")
        return _show(request, found, status=422, sent=form, banner=words)

    def carry_out(found: Visit, who: dict[str, Any], version: int) -> None:
        services.report_visit(
            exchange_id=_exchange_of(found).pk,
            visit_id=found.pk,
            not_done=form.not_done,
            remark=form.cleaned_data["remark"],
            **who,
        )

    return _take_step(request, public_id, carry_out, "The report is kept.", sent=form)


def _take_step(
    request: HttpRequest,
    public_id: str,
    carry_out: Callable[[Visit, dict[str, Any], int], None],
    done: str,
    sent: ReportForm | None = None,
) -> HttpResponseBase:
    found, stamped = _get(request, public_id), Stamp(request.POST)
    if not stamped.is_valid():
        unreadable = Banner(words="That form was not from this page.", tone="bad")
        return _show(request, found, status=400, banner=unreadable)
    reader = Reader.of(request)
    who = {
        "actor": Actor.user(reader.user),
        "op_id": stamped.cleaned_data["op_id"],
        "now": reader.now,
    }
    try:
        carry_out(found, who, stamped.cleaned_data["version"])
    except DomainError as error:
        current = _get(request, public_id)
        return _show(request, current, status=error.status, banner=refusal_banner(error), sent=sent)
    messages.success(request, done)
    return redirect("console:visit", public_id=found.public_id)


def _show(
    request: HttpRequest,
    found: Visit,
    *,
    status: int = 200,
    banner: Banner | None = None,
    sent: ReportForm | None = None,
) -> HttpResponse:
    page = draw_visit(
        found,
        _exchange_of(found),
        reader=Reader.of(request),
        rights=rights_of(request),
        sent=sent,
    )
    return render(request, "console/visit.html", {"visit": page, "banner": banner}, status=status)


def _get(request: HttpRequest, public_id: str) -> Visit:
    found: Visit = get_object_or_404(_visible(request), public_id=public_id)
    return found


def _visible(request: HttpRequest) -> QuerySet[Visit]:
    rows: Any = Visit.objects.visible_to(rights_of(request).user, Permission.SEE_CASES)
    found: QuerySet[Visit] = rows.select_related("work_order", "crew__location").prefetch_related(
        "tasks"
    )
    return found


def _exchange_of(visit: Visit) -> Exchange:
    exchanges = Exchange.objects.select_related(
        "return_case__customer", "return_case__channel", "replacement_order__ship_to"
    )
    found: Exchange = exchanges.get(pk=int(visit.work_order.reference.partition(":")[2]))
    return found

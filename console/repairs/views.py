from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from console.components import Banner, EmptyState, Tab
from console.reader import Reader
from console.refusals import Stamp, refusal_banner
from console.repairs.drawing import draw_repair, draw_rows, form_of
from console.repairs.page import WorkshopPage
from console.repairs.steps import STEP_OF_CODE, Sent
from console.rights import Rights, rights_of
from core.actors import Actor
from core.errors import BadInput, DomainError
from core.permissions import has_permission, requires
from core.roles import Permission
from returns.models import Repair
from returns.states import REPAIR_OVER

SHOWN = 100
TABS = (("open", "Open"), ("ended", "Done"))
EMPTY = {
    "open": EmptyState(
        title="Nothing to mend",
        words="Goods come here when a customer wants them repaired and they have passed the dock.",
        icon="box",
    ),
    "ended": EmptyState(title="None yet", words="No repair has ended so far.", icon="box"),
}


@require_GET
@requires(Permission.SEE_CASES)
def repairs(request: HttpRequest, tab: str = "open") -> HttpResponse:
    if tab not in EMPTY:
        raise Http404(tab)
    visible = _visible(rights_of(request))
    running = visible.exclude(state__in=REPAIR_OVER)
    shown = running.order_by("opened_at", "pk")
    if tab == "ended":
        shown = visible.filter(state__in=REPAIR_OVER).order_by("-ended_at", "-pk")
    rows = draw_rows(shown[:SHOWN], Reader.of(request))
    page = WorkshopPage(
        tabs=[
            Tab(
                label=label,
                url=reverse("console:repairs_tab", args=[code]),
                count=running.count() if code == "open" else None,
                is_current=code == tab,
            )
            for code, label in TABS
        ],
        rows=rows,
        empty=None if rows else EMPTY[tab],
    )
    return render(request, "console/repairs.html", {"workshop": page})


@require_GET
@requires(Permission.SEE_CASES)
def repair(request: HttpRequest, number: str) -> HttpResponse:
    return _show(request, _get(request, number))


@require_POST
@requires(Permission.SEE_CASES)
def take_step(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """One step; its own permission is asked for, with the partner whose repair it is."""
    step = STEP_OF_CODE.get(code)
    if step is None:
        raise Http404(code)
    found = _get(request, number)
    rights = rights_of(request)
    if not has_permission(rights.user, step.permission, found.partner):
        raise Http404(code)
    sent, form = Stamp(request.POST), form_of(step, request.POST)
    if not sent.is_valid():
        unreadable = Banner(words="That form was not from this page.", tone="bad")
        return _show(request, found, status=400, banner=unreadable)
    if not form.is_valid():
        return _show(request, found, status=422, sent={code: form})
    reader = Reader.of(request)
    try:
        step.carry_out(
            Sent(
                repair_id=found.pk,
                data=form.cleaned_data,
                version=sent.cleaned_data["version"],
                actor=Actor.user(reader.user),
                op_id=sent.cleaned_data["op_id"],
                now=reader.now,
            )
        )
    except BadInput as error:
        named = error.field if error.field in form.fields else None
        form.add_error(named, error.message)
        return _show(request, found, status=error.status, sent={code: form})
    except DomainError as error:
        current = _get(request, number)
        return _show(request, current, status=error.status, banner=refusal_banner(error))
    messages.success(request, step.done)
    return redirect("console:repair", number=found.number)


def _show(
    request: HttpRequest,
    found: Repair,
    *,
    status: int = 200,
    banner: Banner | None = None,
    sent: dict[str, BaseForm] | None = None,
) -> HttpResponse:
    page = draw_repair(found, reader=Reader.of(request), rights=rights_of(request), sent=sent)
    context = {"repair": page, "banner": banner}
    return render(request, "console/repair.html", context, status=status)


def _get(request: HttpRequest, number: str) -> Repair:
    found: Repair = get_object_or_404(_visible(rights_of(request)), number=number.upper())
    return found


def _visible(rights: Rights) -> QuerySet[Repair]:
    rows: Any = Repair.objects.visible_to(rights.user, Permission.SEE_CASES)
    found: QuerySet[Repair] = rows.select_related(
        "partner",
        "location",
        "shipment",
        "return_line__return_case",
        "return_line__order_line__variant__product",
    )
    return found

"""Cycle counts: the list, and beginning one."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.components import Action, Banner, EmptyState, Tab
from console.counts.drawing import badge_of, place_of
from console.counts.forms import BeginForm
from console.counts.page import CountRow, CountsPage
from console.counts.record import list_visible
from console.people import name_people, word_for
from console.queue.paging import draw_pager, take_page
from console.reader import Reader
from console.refusals import refusal_banner
from console.rights import Rights, rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from inventory.models import CycleCount, Location
from inventory.services import open_count
from inventory.states import CountState

TABS = {
    "open": ("Open", (CountState.OPEN,)),
    "closed": ("Closed", (CountState.CLOSED, CountState.CANCELLED)),
}


@requires(Permission.SEE_STOCK)
def counts(request: HttpRequest, tab: str = "open") -> HttpResponse:
    """Counts under way, or those that are over, newest first."""
    if tab not in TABS:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    found = list_visible(rights).filter(state__in=TABS[tab][1])
    page = take_page(_with_sizes(found), key="opened_at", descends=True, query=request.GET)
    listed = CountsPage(
        tabs=[
            Tab(label=label, url=reverse("console:counts_tab", args=[code]), is_current=code == tab)
            for code, (label, _) in TABS.items()
        ],
        rows=_draw_rows(page.rows, reader),
        pager=draw_pager(page, request.GET),
        begin=_begin_link(rights),
        empty=None if page.rows else _empty(tab),
    )
    return render(request, "console/counts.html", {"counts": listed})


@requires(Permission.ADJUST_STOCK)
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a place, or scan a bin there; the count then lists what lies there."""
    places = _list_places(rights_of(request))
    if request.method != "POST":
        initial = {"location": request.GET.get("at", ""), "bin": request.GET.get("bin", "")}
        return _ask(request, BeginForm(initial=initial, places=places))
    form = BeginForm(request.POST, places=places)
    if not form.is_valid() or form.place is None:
        return _ask(request, form, status=422)
    try:
        count = open_count(
            partner_id=form.place.partner_id,
            location_id=form.place.pk,
            bin_id=form.cleaned_data["bin_id"],
            **sender_of(request),
        )
    except DomainError as error:
        return _ask(request, form, banner=refusal_banner(error), status=error.status)
    return redirect("console:count", number=count.number)


def _ask(
    request: HttpRequest, form: BeginForm, *, banner: Banner | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "op_id": operation_of(request), "banner": banner}
    return render(request, "console/new_count.html", context, status=status)


def _list_places(rights: Rights) -> list[Location]:
    places = Location.objects.visible_to(rights.user, Permission.ADJUST_STOCK)
    return list(places.filter(is_active=True).order_by("name"))


def _with_sizes(found: QuerySet[CycleCount]) -> QuerySet[CycleCount]:
    differs = Q(lines__counted__isnull=False) & ~Q(lines__counted=F("lines__expected"))
    return found.annotate(
        total=Count("lines"),
        counted=Count("lines__counted"),
        differing=Count("lines", filter=differs),
    )


def _draw_rows(found: list[Any], reader: Reader) -> list[CountRow]:
    """Of counts with their sizes."""
    names = name_people({count.opened_by for count in found})
    return [
        CountRow(
            number=count.number,
            url=reverse("console:count", args=[count.number]),
            detail=f"{place_of(count)} · {word_for(count.opened_by, names, reader)}, "
            f"{reader.moment(count.opened_at)}",
            progress=f"{count.counted} of {count.total} counted",
            badge=badge_of(count),
            differing=f"{count.differing} differing" if count.differing else "",
        )
        for count in found
    ]


def _empty(tab: str) -> EmptyState:
    return EmptyState(
        title="Nobody is counting" if tab == "open" else "No count is over yet",
        words="A count goes through a place or one bin with a scanner, while sales and holds go "
        "on. What differs becomes a discrepancy; nothing is overwritten.",
        icon="scan",
    )


def _begin_link(rights: Rights) -> Action | None:
    if Permission.ADJUST_STOCK not in rights:
        return None
    return Action(
        label="Count a place",
        url=reverse("console:new_count"),
        method="get",
        kind="primary",
        key="a",
    )

"""The board of holds: what is out of every channel's reach, where, and for how long."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.components import Action, EmptyState, Pager, Tab
from console.holds.board import TAB_OF_CODE, TABS, HoldTab, draw_rows, list_holds_of
from console.holds.forms import PlaceForm
from console.holds.page import HoldsPage
from console.queue.paging import Page, address_of, cursor_of, take_page
from console.reader import Reader
from console.rights import rights_of
from console.shell import count_for_rail
from core.permissions import requires
from core.roles import Permission


@requires(Permission.SEE_STOCK)
def holds(request: HttpRequest, tab: str = "ending") -> HttpResponse:
    shown = TAB_OF_CODE.get(tab)
    if shown is None:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    form = PlaceForm(request.GET, user=rights.user)
    found = form.narrow(list_holds_of(shown, rights))
    page = take_page(found, key=shown.key, descends=shown.descends, query=request.GET)
    board = HoldsPage(
        tabs=_tabs(shown, request),
        rows=draw_rows(page.rows, reader),
        pager=_pager(page, shown, request),
        figures=f"{count_for_rail(rights)['holds']} held",
        empty=None if page.rows else _empty(shown, form),
    )
    return render(request, "console/holds.html", {"board": board, "filter_form": form})


def _tabs(shown: HoldTab, request: HttpRequest) -> list[Tab]:
    filters = address_of(request.GET)
    return [
        Tab(
            label=tab.label,
            url=reverse("console:holds_tab", args=[tab.code]) + filters,
            is_current=tab is shown,
        )
        for tab in TABS
    ]


def _pager(page: Page, tab: HoldTab, request: HttpRequest) -> Pager:
    if not page.rows:
        return Pager(shown="")
    first, last = (str(cursor_of(row, tab.key)) for row in (page.rows[0], page.rows[-1]))
    return Pager(
        shown=f"{len(page.rows)} shown",
        previous_url=address_of(request.GET, before=first) if page.has_previous else "",
        next_url=address_of(request.GET, after=last) if page.has_next else "",
    )


def _empty(tab: HoldTab, form: PlaceForm) -> EmptyState:
    if not form.place_name:
        return EmptyState(
            title=tab.empty,
            words="A hold starts when an exchange is quoted and ends when it leaves.",
            icon="hold",
        )
    return EmptyState(
        title=tab.empty,
        words=f"Shown are holds at {form.place_name}.",
        icon="hold",
        action=Action(
            label="Show every place",
            url=reverse("console:holds_tab", args=[tab.code]),
            method="get",
        ),
    )

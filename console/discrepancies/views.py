"""Discrepancies: the list, and one with both figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from console.components import EmptyState, Tab
from console.discrepancies.forms import FilterForm
from console.discrepancies.page import DiscrepanciesPage
from console.discrepancies.rows import (
    TAB_OF_CODE,
    TABS,
    DiscrepancyTab,
    draw_rows,
    list_visible,
)
from console.discrepancies.showing import show
from console.filters import draw_nothing_left
from console.queue.paging import address_of, draw_pager, take_page
from console.reader import Reader
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission
from inventory.states import DiscrepancyState


@requires(Permission.SEE_STOCK)
def discrepancies(request: HttpRequest, tab: str = "open") -> HttpResponse:
    shown = TAB_OF_CODE.get(tab)
    if shown is None:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    form = FilterForm(request.GET, user=rights.user)
    visible = list_visible(rights)
    undecided = visible.filter(state=DiscrepancyState.OPEN).count()
    found = visible.filter(form.as_query(), state=shown.state)
    page = take_page(found, key=shown.key, descends=shown.descends, query=request.GET)
    listed = DiscrepanciesPage(
        tabs=_tabs(shown, request, undecided),
        rows=draw_rows(page.rows, reader),
        pager=draw_pager(page, request.GET),
        is_open=shown.state == DiscrepancyState.OPEN,
        empty=None if page.rows else _empty(shown, form),
    )
    context = {"discrepancies": listed, "filter_form": form}
    return render(request, "console/discrepancies.html", context)


@requires(Permission.SEE_STOCK)
def discrepancy(request: HttpRequest, number: str) -> HttpResponse:
    """Both figures, what moved since, and what correcting it would do."""
    found = get_object_or_404(list_visible(rights_of(request)), number=number.upper())
    return show(request, found)


def _tabs(shown: DiscrepancyTab, request: HttpRequest, undecided: int) -> list[Tab]:
    filters = address_of(request.GET)
    return [
        Tab(
            label=tab.label,
            url=reverse("console:discrepancies_tab", args=[tab.code]) + filters,
            count=undecided if tab.state == DiscrepancyState.OPEN else None,
            is_current=tab is shown,
        )
        for tab in TABS
    ]


def _empty(tab: DiscrepancyTab, form: FilterForm) -> EmptyState:
    if not form.chosen():
        return EmptyState(
            title=tab.empty,
            words="A difference comes from a cycle count or from what the warehouse reports. "
            "Nothing in the books changes until a person has posted its correction.",
            icon="scan",
        )
    url = reverse("console:discrepancies_tab", args=[tab.code])
    return draw_nothing_left(form, title="None of these", url=url, icon="scan")

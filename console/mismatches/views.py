"""The mismatch desk: the list, and one difference with both sides."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import EmptyState, Tab
from console.filters import draw_nothing_left
from console.mismatches.forms import FilterForm
from console.mismatches.page import MismatchesPage
from console.mismatches.rows import TAB_OF_CODE, TABS, MismatchTab, draw_rows, list_visible
from console.mismatches.showing import show
from console.queue.paging import address_of, draw_pager, take_page
from console.reader import Reader
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission


@require_GET
@requires(Permission.SEE_CASES)
def mismatches(request: HttpRequest, tab: str = "open") -> HttpResponse:
    shown = TAB_OF_CODE.get(tab)
    if shown is None:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    form = FilterForm(request.GET, user=rights.user)
    visible = list_visible(rights)
    counts = {each.code: visible.filter(each.which(reader.now)).count() for each in TABS[:2]}
    found = visible.filter(form.as_query(), shown.which(reader.now)).prefetch_related(
        "return_line__order_line__units"
    )
    page = take_page(found, key=shown.key, descends=shown.descends, query=request.GET)
    listed = MismatchesPage(
        tabs=_tabs(shown, request, counts),
        rows=draw_rows(page.rows, rights, reader),
        pager=draw_pager(page, request.GET),
        is_decided=shown.code == "decided",
        empty=None if page.rows else _empty(shown, form),
    )
    context = {"mismatches": listed, "filter_form": form}
    return render(request, "console/mismatches.html", context)


@require_GET
@requires(Permission.SEE_CASES)
def mismatch(request: HttpRequest, number: str) -> HttpResponse:
    """Announced beside found, what is suggested and why, and what the customer would read."""
    found = get_object_or_404(list_visible(rights_of(request)), number=number)
    return show(request, found)


def _tabs(shown: MismatchTab, request: HttpRequest, counts: dict[str, int]) -> list[Tab]:
    filters = address_of(request.GET)
    return [
        Tab(
            label=tab.label,
            url=reverse("console:mismatches_tab", args=[tab.code]) + filters,
            count=counts.get(tab.code),
            is_current=tab is shown,
        )
        for tab in TABS
    ]


def _empty(tab: MismatchTab, form: FilterForm) -> EmptyState:
    if form.chosen():
        url = reverse("console:mismatches_tab", args=[tab.code])
        return draw_nothing_left(form, title="None of these", url=url, icon="scan")
    return EmptyState(
        title=tab.empty,
        words="What is missing, not announced, wrong, damaged or not in its box comes here as it "
        "is counted. Nothing about the customer’s money changes until somebody decides.",
        icon="scan",
    )

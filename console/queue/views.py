"""The queue: one view of the cases at a time, with its filters in the address."""

from __future__ import annotations

from uuid import uuid4, uuid5

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.components import Action, EmptyState, Tab
from console.queue.forms import FilterForm, TakeForm
from console.queue.page import QueuePage
from console.queue.paging import PAGE, address_of, draw_pager, take_page
from console.queue.rows import draw_rows, with_holds
from console.queue.tabs import TAB_OF_CODE, TABS, QueueTab, list_cases_of
from console.reader import Reader
from console.rights import Rights, rights_of
from console.shell import count_for_rail
from core.actors import Actor
from core.permissions import requires
from core.roles import Permission
from orders.models import Channel
from returns.models import Return
from returns.services import take_case

CHANNELS_LAST_SECONDS = 60
KEY_OF_ORDER = {"oldest": "opened_at", "newest": "opened_at", "hold": "hold_ends"}


@requires(Permission.SEE_CASES)
def queue(request: HttpRequest, tab: str = "needs_me") -> HttpResponse:
    """One view of the queue; htmx gets its rows alone."""
    shown = TAB_OF_CODE.get(tab)
    if shown is None:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    form = FilterForm(request.GET, channels=_list_channels(rights))
    key = KEY_OF_ORDER[shown.order]
    cases = with_holds(list_cases_of(shown, rights)).filter(form.as_query())
    page = take_page(cases, key=key, descends=shown.order == "newest", query=request.GET)
    rows = draw_rows(page.rows, reader)
    context = {
        "queue": QueuePage(
            figures=_figures(rights),
            tabs=_tabs(shown, rights, request.GET),
            rows=rows,
            pager=draw_pager(page, request.GET),
            next_case_url=rows[0].url if rows else "",
            empty=None if rows else _empty(shown, form, rights),
        ),
        "filter_form": form,
        "take_url": reverse("console:take_cases") if Permission.OPEN_CASE in rights else "",
        "op_id": uuid4(),
    }
    template = "console/queue/_rows.html" if _wants_rows(request) else "console/queue.html"
    return render(request, template, context)


@requires(Permission.SEE_CASES)
def next_case(request: HttpRequest) -> HttpResponse:
    """On to the next case that needs this person, from the one named in ``?after=``."""
    rights = rights_of(request)
    waiting = list_cases_of(TAB_OF_CODE["needs_me"], rights)
    waiting = waiting.exclude(number=request.GET.get("after", ""))
    case = waiting.order_by("opened_at", "pk").only("number").first()
    return redirect("console:case", number=case.number) if case else redirect("console:queue")


@require_POST
@requires(Permission.OPEN_CASE)
def take_cases(request: HttpRequest) -> HttpResponse:
    """Take every selected case, each by an operation of its own, so that a repeat takes none."""
    form = TakeForm(request.POST)
    rights, reader = rights_of(request), Reader.of(request)
    wanted = request.POST.getlist("case")[:PAGE]
    if not form.is_valid() or not wanted:
        messages.warning(request, "Select a case first.")
        return redirect("console:queue")
    cases = Return.objects.visible_to(rights.user, Permission.OPEN_CASE).filter(number__in=wanted)
    for case in cases.order_by("pk"):
        take_case(
            return_id=case.pk,
            version=None,
            actor=Actor.user(rights.user),
            op_id=uuid5(form.cleaned_data["op_id"], case.number),
            now=reader.now,
        )
    messages.success(request, f"{len(cases)} taken.")
    return redirect(form.cleaned_data["back"] or "console:queue")


def _wants_rows(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") == "queue-rows"


def _list_channels(rights: Rights) -> list[Channel]:
    def read() -> list[Channel]:
        channels = Channel.objects.visible_to(rights.user, Permission.SEE_CASES)
        return list(channels.order_by("name"))

    channels: list[Channel] | None = cache.get_or_set(
        f"queue-channels-{rights.user.pk}", read, CHANNELS_LAST_SECONDS
    )
    return channels or []


def _figures(rights: Rights) -> str:
    counts = count_for_rail(rights, with_views=True)
    ending = counts["holds_ending"]
    held = "hold ends" if ending == 1 else "holds end"
    return f"{counts['all_open']} open · {ending} {held} within the hour"


def _tabs(shown: QueueTab, rights: Rights, query: QueryDict) -> list[Tab]:
    counts = count_for_rail(rights, with_views=True)
    filters = address_of(query)
    return [
        Tab(
            label=tab.label,
            url=reverse("console:queue_tab", args=[tab.code]) + filters,
            count=counts.get(tab.code) if tab.code != "all_open" else None,
            is_current=tab is shown,
        )
        for tab in TABS
    ]


def _empty(tab: QueueTab, form: FilterForm, rights: Rights) -> EmptyState:
    """Says whether the filters or the day emptied the list."""
    address = reverse("console:queue_tab", args=[tab.code])
    if not form.chosen():
        return EmptyState(title=tab.empty, words="It fills by itself as cases move on.")
    count = count_for_rail(rights, with_views=True).get(tab.code)
    without = f" Without that filter there are {count}." if count is not None else ""
    return EmptyState(
        title=tab.empty,
        words=f"Shown are cases of {form.in_words()}.{without}",
        action=Action(label="Clear filters", url=address, method="get"),
    )

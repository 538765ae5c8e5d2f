"""What customers were told to expect: what is at risk first, then the rest."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from console.components import EmptyState, Tab
from console.promises.rows import draw_rows
from console.reader import Reader
from console.rights import rights_of
from core.permissions import requires
from core.roles import Permission
from notifications.models import Promise
from notifications.queries import list_at_risk, list_promises
from notifications.states import PromiseState

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class PromiseTab:
    """`which` narrows the list; the first tab's is a judgement and no query."""

    code: str
    label: str
    empty: str
    which: Q | None = None
    newest_first: bool = False


TABS = (
    PromiseTab("at_risk", "At risk", "Nothing that was promised is in doubt"),
    PromiseTab("open", "Ours", "Nothing is promised", Q(state=PromiseState.OPEN, is_ours=True)),
    PromiseTab(
        "theirs",
        "Asked of customers",
        "Nothing is asked of anybody by a day",
        Q(state=PromiseState.OPEN, is_ours=False),
    ),
    PromiseTab(
        "over",
        "Over",
        "No promise has ended yet",
        Q(is_ours=True) & ~Q(state=PromiseState.OPEN),
        newest_first=True,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


@require_GET
@requires(Permission.SEE_CASES)
def promises(request: HttpRequest, tab: str = "at_risk") -> HttpResponse:
    shown = TAB_OF_CODE.get(tab)
    if shown is None:
        raise Http404(tab)
    rights, reader = rights_of(request), Reader.of(request)
    at_risk = [each.promise for each in list_at_risk(user=rights.user, now=reader.now)]
    found = at_risk if shown.which is None else _list(request, shown)
    context = {
        "tabs": [
            Tab(
                label=each.label,
                url=reverse("console:promises_tab", args=[each.code]),
                count=len(at_risk) if each.which is None else None,
                is_current=each is shown,
            )
            for each in TABS
        ],
        "rows": draw_rows(found, reader),
        "empty": None if found else _empty(shown),
    }
    return render(request, "console/promises.html", context)


def _list(request: HttpRequest, tab: PromiseTab) -> list[Promise]:
    found = list_promises(user=rights_of(request).user).filter(tab.which or Q())
    if tab.newest_first:
        found = found.order_by("-promised_on", "-pk")
    return list(found[:MOST_ROWS])


def _empty(tab: PromiseTab) -> EmptyState:
    return EmptyState(
        title=tab.empty,
        words="Each day that a message names is kept here. When one of ours cannot be kept the"
        " customer hears it from us first.",
        icon="clock",
    )

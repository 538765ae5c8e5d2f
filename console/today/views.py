"""The first page of the day: what waits for this person, and what will not wait long."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.queue.page import QueueRow
from console.queue.rows import draw_rows, with_holds
from console.queue.tabs import TAB_OF_CODE, list_cases_of
from console.queue.views import KEY_OF_ORDER
from console.reader import Reader
from console.rights import Rights, rights_of
from console.shell import count_for_rail
from console.today.page import Figure, TodayPage, WorkList
from core.permissions import requires
from core.roles import Permission
from returns.models import Return

SHOWN = 6
FOR_THE_DESK = ("needs_me", "holds_ending", "awaiting_parcel", "to_inspect")
FOR_THE_WAREHOUSE = ("awaiting_parcel", "to_inspect", "ready_to_ship")
PRESSING = frozenset({"holds_ending", "blocked"})


@requires(Permission.USE_DESK)
def today(request: HttpRequest) -> HttpResponse:
    rights, reader = rights_of(request), Reader.of(request)
    codes = FOR_THE_DESK if Permission.OPEN_CASE in rights else FOR_THE_WAREHOUSE
    page = TodayPage(
        greeting=reader.day(reader.now),
        figures=_figures(codes, rights),
        lists=_lists(codes[:2] if codes is FOR_THE_DESK else codes, rights, reader),
    )
    return render(request, "console/today.html", {"today": page})


def _figures(codes: tuple[str, ...], rights: Rights) -> list[Figure]:
    counts = count_for_rail(rights, with_views=True)
    return [
        Figure(
            label=TAB_OF_CODE[code].label,
            count=counts[code],
            url=reverse("console:queue_tab", args=[code]),
            is_pressing=code in PRESSING and counts[code] > 0,
        )
        for code in (*codes, "blocked")
    ]


def _lists(codes: tuple[str, ...], rights: Rights, reader: Reader) -> list[WorkList]:
    """The views' first cases, drawn together: one query a view and two for all their goods."""
    counts = count_for_rail(rights, with_views=True)
    cases = {code: _first_cases(code, rights) for code in codes}
    drawn = draw_rows([case for found in cases.values() for case in found], reader)
    row_of_number = {row.number: row for row in drawn}
    return [
        _work_list(code, [row_of_number[case.number] for case in found], counts[code])
        for code, found in cases.items()
    ]


def _first_cases(code: str, rights: Rights) -> list[Return]:
    tab = TAB_OF_CODE[code]
    cases = with_holds(list_cases_of(tab, rights))
    return list(cases.order_by(KEY_OF_ORDER[tab.order], "pk")[:SHOWN])


def _work_list(code: str, rows: list[QueueRow], count: int) -> WorkList:
    tab = TAB_OF_CODE[code]
    more = count - len(rows)
    return WorkList(
        title=tab.label,
        url=reverse("console:queue_tab", args=[code]),
        rows=rows,
        rest=f"{more} more" if more > 0 else "",
        empty=tab.empty,
    )

"""The board in one of its views, drawn from what stands in its address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from console.components import EmptyState, Pager, Tab
from console.filters import draw_nothing_left
from console.holds.forms import HoldFilter
from console.holds.page import HoldsPage
from console.holds.panel import draw_panel
from console.holds.places import draw_places
from console.holds.rows import Onlooker, draw_rows
from console.holds.tabs import TABS, HoldTab, list_visible_holds, list_visible_waiting
from console.holds.waiting import draw_waiting
from console.queue.paging import Page, address_of, draw_pager, take_page
from console.reader import Reader
from console.rights import Rights
from console.shell import count_for_rail
from core import clock
from inventory.models import Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One view with its filters. `resumes` is the hold that was just dealt with: the row that
    follows it is the one to go on from."""

    tab: HoldTab
    query: QueryDict
    rights: Rights
    reader: Reader
    resumes: Reservation | None = None
    form: HoldFilter = field(init=False)

    def __post_init__(self) -> None:
        form = HoldFilter(self.query, user=self.rights.user, has_place=self.tab.shows != "waiting")
        object.__setattr__(self, "form", form)

    @property
    def address(self) -> str:
        query = f"?{self.query.urlencode()}" if self.query else ""
        return reverse("console:holds_tab", args=[self.tab.code]) + query

    def draw(self) -> HoldsPage:
        onlooker = Onlooker(
            reader=self.reader, rights=self.rights, as_of=clock.database_now(), back=self.address
        )
        if self.tab.shows == "waiting":
            return self._draw_waiting(onlooker)
        holds = self.form.narrow(list_visible_holds(self.rights).filter(self.tab.holds))
        if self.tab.shows == "places":
            return self._draw_places(holds, onlooker)
        return self._draw_holds(holds, onlooker)

    def _draw_holds(self, holds: QuerySet[Reservation], onlooker: Onlooker) -> HoldsPage:
        page = self._take(holds)
        current = self._find_current(page.rows)
        return self._page(
            rows=draw_rows(page.rows, onlooker, current=current.number if current else ""),
            panel=draw_panel(current, onlooker, on_board=True) if current else None,
            is_over=self.tab.code == "ended",
            pager=draw_pager(page, self.query),
            is_empty=not page.rows,
        )

    def _draw_places(self, holds: QuerySet[Reservation], onlooker: Onlooker) -> HoldsPage:
        places = draw_places(holds, onlooker, filters=self.form.chosen())
        return self._page(places=places, is_empty=not places)

    def _draw_waiting(self, onlooker: Onlooker) -> HoldsPage:
        page = self._take(self.form.narrow_waiting(list_visible_waiting(self.rights)))
        rows = draw_waiting(page.rows, onlooker, channel_names=self.form.channel_names)
        return self._page(waiting=rows, pager=draw_pager(page, self.query), is_empty=not rows)

    def _take(self, rows: QuerySet[Any]) -> Page:
        return take_page(rows, key=self.tab.key, descends=self.tab.descends, query=self.query)

    def _find_current(self, rows: list[Reservation]) -> Reservation | None:
        """The row to go on from: the first, or after a command the one that followed."""
        if self.resumes is None:
            return next(iter(rows), None)
        was = getattr(self.resumes, self.tab.key)
        later = (row for row in rows if getattr(row, self.tab.key) >= was)
        return next(later, rows[-1] if rows else None)

    def _page(self, *, is_empty: bool, pager: Pager | None = None, **parts: Any) -> HoldsPage:
        counts = count_for_rail(self.rights)
        return HoldsPage(
            label=self.tab.label,
            tabs=self._tabs(counts),
            figures=_figures(counts),
            pager=pager or Pager(shown=""),
            empty=self._empty() if is_empty else None,
            **parts,
        )

    def _tabs(self, counts: dict[str, int]) -> list[Tab]:
        filters = address_of(self.query)
        return [
            Tab(
                label=tab.label,
                url=reverse("console:holds_tab", args=[tab.code]) + filters,
                count=counts.get(f"board_{tab.code}"),
                is_current=tab is self.tab,
            )
            for tab in TABS
        ]

    def _empty(self) -> EmptyState:
        if not self.form.in_words():
            return EmptyState(title=self.tab.empty, words=self.tab.hint, icon="hold")
        url = reverse("console:holds_tab", args=[self.tab.code])
        return draw_nothing_left(self.form, title=self.tab.empty, url=url, icon="hold")


def _figures(counts: dict[str, int]) -> str:
    ending, waiting = counts["board_hour"], counts["board_waiting"]
    return (
        f"{counts['holds']} held · {ending} {'ends' if ending == 1 else 'end'} within the hour · "
        f"{waiting} {'waits' if waiting == 1 else 'wait'} for stock"
    )

"""Walks a list by key: the page after a row costs the same however deep it lies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from console.components import Pager

PAGE = 25


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's place in its list: the value it is sorted by, and its id for rows that share it."""

    value: dt.datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.value.isoformat()}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """What an address says; None for nothing or nonsense, which means the first page."""
        moment, _, pk = text.partition("~")
        try:
            value = dt.datetime.fromisoformat(moment)
            return cls(value, int(pk)) if value.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list and whether there are some around them; `key` is blank for a list by id."""

    rows: list[Any]
    has_previous: bool
    has_next: bool
    key: str = ""


def take_page(rows: QuerySet[Any], *, key: str, descends: bool, query: QueryDict) -> Page:
    """The page that ``?after=`` or ``?before=`` asks for, of rows sorted by `key` and id."""
    after, before = (Cursor.read(query.get(name, "")) for name in ("after", "before"))
    backwards = before is not None
    cursor = before or after
    reverse = descends != backwards
    if cursor is not None:
        rows = rows.filter(_beyond(cursor, key, smaller=reverse))
    sign = "-" if reverse else ""
    found = list(rows.order_by(f"{sign}{key}", f"{sign}pk")[: PAGE + 1])
    has_more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        return Page(found[::-1], has_previous=has_more, has_next=True, key=key)
    return Page(found, has_previous=cursor is not None, has_next=has_more, key=key)


def take_newest(rows: QuerySet[Any], *, query: QueryDict) -> Page:
    """The same for rows without a moment to sort by: by id alone, the newest first."""
    before, after = (query.get(name, "") for name in ("before", "after"))
    if before.isdecimal():
        found = list(rows.filter(pk__gt=before).order_by("pk")[: PAGE + 1])
        return Page(found[:PAGE][::-1], has_previous=len(found) > PAGE, has_next=True)
    if after.isdecimal():
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], has_previous=after.isdecimal(), has_next=len(found) > PAGE)


def draw_pager(page: Page, query: QueryDict) -> Pager:
    """The ways on from a page, with the filters of the address."""
    if not page.rows:
        return Pager(shown="")
    first, last = (_place_of(row, page.key) for row in (page.rows[0], page.rows[-1]))
    return Pager(
        shown=f"{len(page.rows)} shown",
        previous_url=address_of(query, before=first) if page.has_previous else "",
        next_url=address_of(query, after=last) if page.has_next else "",
    )


def _place_of(row: Any, key: str) -> str:
    return str(Cursor(getattr(row, key), row.pk)) if key else str(row.pk)


def address_of(query: QueryDict, **also: str) -> str:
    """The filters of an address and whatever else, as a query string; the place in it is left."""
    kept = query.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    kept.update(also)
    return f"?{kept.urlencode()}" if kept else ""


def _beyond(cursor: Cursor, key: str, *, smaller: bool) -> Q:
    word = "lt" if smaller else "gt"
    same = Q(**{key: cursor.value, f"pk__{word}": cursor.pk})
    return Q(**{f"{key}__{word}": cursor.value}) | same

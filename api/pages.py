"""Lists in pages: newest first, by opaque cursors, so that what arrives meanwhile moves nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers

from api.questions import Question

M = TypeVar("M", bound=Model)

MOST_ROWS, USUAL_ROWS = 100, 25
_CURSOR = re.compile(r"([<>])([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: ``<`` older than this row, ``>`` newer."""

    side: Literal["<", ">"]
    pk: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.side}{self.pk}".encode()).decode().rstrip("=")


class CursorField(serializers.Field[Cursor, str, str, Any]):
    schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{2,40}$"}
    default_error_messages = {"invalid_cursor": "No page of ours begins there."}

    def to_internal_value(self, data: str) -> Cursor:
        try:
            padded = data + "=" * (-len(data) % 4)
            text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
        except ValueError:
            text = ""
        found = _CURSOR.fullmatch(text)
        if found is None:
            self.fail("invalid_cursor")
        side: Any = found.group(1)
        return Cursor(side, int(found.group(2)))


class PageQuestion(Question):
    """The parameters of every list."""

    cursor = CursorField(required=False)
    limit = serializers.IntegerField(required=False, default=USUAL_ROWS, min_value=1, max_value=100)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Rows with the cursors of the pages beside them."""

    rows: Sequence[M]
    next: Cursor | None
    prev: Cursor | None

    def answer(self, data: Sequence[Any], **more: Any) -> dict[str, Any]:
        """As `api.shapes.Listed` says."""
        cursors = {"next": self.next and str(self.next), "prev": self.prev and str(self.prev)}
        return {"data": data} | cursors | more


def cut(rows: QuerySet[M], asked: Mapping[str, Any]) -> Page[M]:
    """The page asked for. One row more than wanted is read, to know whether there are others."""
    cursor, limit = asked.get("cursor"), asked["limit"]
    if cursor is None:
        found = list(rows.order_by("-pk")[: limit + 1])
        return _page(found[:limit], newer=False, older=len(found) > limit)
    if cursor.side == "<":
        found = list(rows.filter(pk__lt=cursor.pk).order_by("-pk")[: limit + 1])
        return _page(found[:limit], newer=True, older=len(found) > limit)
    found = list(rows.filter(pk__gt=cursor.pk).order_by("pk")[: limit + 1])
    return _page(found[:limit][::-1], newer=len(found) > limit, older=True)


def _page(rows: list[M], *, newer: bool, older: bool) -> Page[M]:
    return Page(
        rows,
        next=Cursor("<", rows[-1].pk) if older and rows else None,
        prev=Cursor(">", rows[0].pk) if newer and rows else None,
    )

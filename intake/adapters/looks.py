"""What most channels' lists have in common: changed since a moment, a page at a time.

The cursor holds the moment from which the next look asks and, in the middle of a list, where it
goes on and until when that list reaches.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from core.strict_json import MalformedDocument, parse_document
from intake.adapters.asking import Asked, Page, Unanswerable, since_of


@dataclass(frozen=True, slots=True)
class Span:
    """What one list covers, and where in it the next page stands."""

    since: dt.datetime
    until: dt.datetime
    onward: str = ""

    def go_on(self, onward: str) -> str:
        """The cursor in the middle of this list."""
        return json.dumps({"since": self.since.isoformat(), "until": self.until.isoformat(),
                           "next": onward})  # fmt: skip

    def end(self) -> str:
        """The cursor after its last page."""
        return self.until.isoformat()


def span_of(asked: Asked) -> Span:
    try:
        known = json.loads(asked.cursor)
        return Span(
            dt.datetime.fromisoformat(known["since"]),
            dt.datetime.fromisoformat(known["until"]),
            str(known["next"]),
        )
    except (ValueError, TypeError, KeyError):
        return Span(since_of(asked.cursor, asked.now), asked.now)


def parse_answer(answer: bytes) -> dict[str, Any]:
    try:
        found = parse_document(answer)
    except MalformedDocument as error:
        raise Unanswerable(f"The source answers something that is no document: {error}") from error
    if not isinstance(found, dict):
        raise Unanswerable("The source answers a list where an object was asked for.")
    return found


def list_in(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects listed under a name. A list that is not there is a strange answer, not none."""
    listed = found.get(name)
    if not isinstance(listed, list):
        raise Unanswerable(f"The source answers without “{name}”.")
    return [one for one in listed if isinstance(one, dict)]


def turn(asked: Asked, page: Page, onward: str) -> Page:
    """`page` with its cursor: on to `onward` where there is more, else past the span."""
    span = span_of(asked)
    cursor = span.go_on(onward) if onward else span.end()
    return Page(documents=page.documents, follow=page.follow, cursor=cursor, has_more=bool(onward))

"""What the timeline says of messages to people and of the customer’s parcel, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from console.reader import Reader
from notifications.kinds import find_kind
from notifications.states import WHY_NOT, Medium, Reason

Data = dict[str, Any]
Words = Callable[[Data, Reader], tuple[str, str]]


def mailed(what: str) -> Words:
    """The message by its title, what became of it, and why."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        kind = find_kind(data["template"])
        title = kind.title if kind else str(data["template"]).replace("_", " ")
        medium = str(Medium(data["medium"]).label)
        instead = "in place of one that did not arrive" if data.get("instead_of") else ""
        return f"{medium} “{title}” {what}", WHY_NOT.get(data.get("why", ""), instead)

    return words


def suppressed(what: str) -> Words:
    """An address that is not written to any more, or again."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        medium = str(Medium(data["medium"]).label)
        return what.format(medium=medium), str(Reason(data["reason"]).label)

    return words


def promised(what: str) -> Words:
    """A day that the customer was told."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, reader.day(dt.date.fromisoformat(data["promised_on"]))

    return words


def tracked(data: Data, reader: Reader) -> tuple[str, str]:
    """Under which number the customer's parcel travels, which a channel said later."""
    by = f" with {data['carrier']}" if data.get("carrier") else ""
    return f"Parcel travels{by}", data["tracking_number"]

"""How an event is told: in which group of the timeline, in what tone, in which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from console.components import Tone
from console.reader import Reader

Group = Literal["case", "stock", "money", "messages"]
Data = dict[str, Any]
Words = Callable[[Data, Reader], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Telling:
    """How one kind of event is told: in which group, in what tone, in which words."""

    group: Group
    tone: Tone
    words: Words


def plain(what: str) -> Words:
    return lambda data, reader: (what, "")


def told_with(what: str, *keys: str) -> Words:
    """The sentence, and the facts of these names after it."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, " · ".join(str(data[key]) for key in keys if data.get(key))

    return words


def because(what: str) -> Words:
    """The sentence, and why in the desk's own words. What a person wrote follows from its note."""

    def words(data: Data, reader: Reader) -> tuple[str, str]:
        return what, " ".join(data.get("why", []))

    return words

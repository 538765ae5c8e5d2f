"""What `templates/console/today.html` is given."""

from __future__ import annotations

from dataclasses import dataclass

from console.queue.page import QueueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of the day, and the list behind it."""

    label: str
    count: int
    url: str
    is_pressing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """The first cases of a view. `rest` says how many more the view holds."""

    title: str
    url: str
    rows: list[QueueRow]
    rest: str
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    greeting: str
    figures: list[Figure]
    lists: list[WorkList]

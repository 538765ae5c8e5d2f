"""What the templates of the stock import are given."""

from __future__ import annotations

from dataclasses import dataclass

from console.components import Action, Banner, Check
from console.discrepancies.page import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """What is wrong at a place in the file, and what to do about it."""

    line: str
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A line that would change something."""

    line: int
    sku: str
    place: str
    before: int
    after: int
    change: str
    direction: Direction
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """A file as it would be taken. `more_*` say how many are in the download alone."""

    title: str
    about: str
    checks: list[Check]
    errors: list[ErrorRow]
    changes: list[ChangeRow]
    download_url: str
    start: Action
    more_errors: int = 0
    more_changes: int = 0
    banner: Banner | None = None
    other_mode: Action | None = None

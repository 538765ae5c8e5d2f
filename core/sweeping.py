"""Rounds over rows that are due, each row by a command of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db import models

from core.errors import DomainError
from core.events import reference

log = structlog.get_logger(__name__)

Row = TypeVar("Row", bound=models.Model)


def try_each(due: Iterable[Row], command: Callable[[Row], object], *, refused: str) -> int:
    """Give each row to `command`, which opens its own transaction; counts those that it took.

    One that moved on meanwhile is refused: it is logged under the name `refused`, and the others
    go on.
    """
    done = 0
    for row in due:
        try:
            command(row)
        except DomainError as refusal:
            log.info(refused, subject=reference(row), code=refusal.code)
        else:
            done += 1
    return done

"""Who waits for the disk after a commit (ADR 29)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from core import transactions


@contextmanager
def watch_the_disk() -> Iterator[mock.Mock]:
    """Whoever waits does so, and is counted."""
    wait = transactions._wait_for_the_disk
    with mock.patch.object(transactions, "_wait_for_the_disk", wraps=wait) as waits:
        yield waits

"""Races on a real PostgreSQL: every contestant has a connection of its own, and all start at once.

Only for tests with `django_db(transaction=True)`: what the test wrote must be committed, or the
contestants do not see it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import QuerySet

from core.kept import KeptQuery

LONGEST_RACE = 60.0  # seconds; a race that hangs is a finding, not a reason to wait


@dataclass(frozen=True)
class Finish:
    """How one contestant came in: with a value, or with an error."""

    value: Any = None
    error: BaseException | None = None

    @property
    def won(self) -> bool:
        return self.error is None


def race(contestants: Sequence[Callable[[], Any]]) -> list[Finish]:
    """Run all at once; the finishes come in the order of the contestants."""
    barrier = threading.Barrier(len(contestants), timeout=LONGEST_RACE)
    finishes = [Finish(error=TimeoutError("did not finish"))] * len(contestants)

    def run(lane: int, contestant: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            finishes[lane] = Finish(value=contestant())
        except BaseException as error:  # noqa: BLE001  (the finish carries it to the test)
            finishes[lane] = Finish(error=error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=lane, daemon=True) for lane in enumerate(contestants)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_RACE)
    return finishes


@contextmanager
def without_row_locks() -> Iterator[None]:
    """The control of a race: with the locks gone, what they prevent has to happen."""
    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows, *_, **__: rows.all()),
        mock.patch.object(KeptQuery, "__call__", build_anew),  # whose text has its locks already
    ):
        yield


def build_anew(kept: KeptQuery[Any], *values: Any) -> list[Any]:
    return list(kept._build(*values))

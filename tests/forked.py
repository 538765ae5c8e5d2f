"""Work in a process of its own, to be killed in the middle of it.

A copy of the test's own process, so that it has settings and subscribers of the test and need not
import the desk anew; its connection to the database is its own.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable

from django.db import connection


def start(work: Callable[[], object], *, crash_at: str = "") -> int:
    """The id of a process that does `work`, or dies at a crash point; it never returns here."""
    pid = os.fork()
    if pid:
        return pid
    connection.connection = None  # the parent's, which is not ours to close
    os.environ["CRASH_AT"] = crash_at
    code = 1
    try:
        work()
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def end_of(pid: int) -> int:
    """Its exit code once it has ended; of one that was killed, the signal's, negative."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(work: Callable[[], object], *, crash_at: str = "") -> int:
    return end_of(start(work, crash_at=crash_at))

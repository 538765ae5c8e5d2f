"""Two words for transactions: one opens it, the other needs one. A service uses exactly one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.pq import ExecStatus

from core.asking import ask
from core.errors import TryAgain

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
# serialization_failure, deadlock_detected, lock_not_available
RETRYABLE = frozenset({"40001", "40P01", "55P03"})
EMPTY_TRANSACTION = b"SELECT pg_logical_emit_message(true, 'swapdesk', '')"


class NoTransaction(RuntimeError):
    """A service that must run inside its caller's transaction was called outside of one."""


def opens_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the whole function in one transaction, and again when the database asks for it.

    Locks that could not be had and deadlocks repeat the *whole* function, at most five times.
    Inside somebody else's transaction nothing is repeated: what they read may be stale too.
    """

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if sqlstate(error) not in RETRYABLE:
                    raise
                if attempt == ATTEMPTS:
                    raise TryAgain(
                        "The desk is busy with this record. Please try again."
                    ) from error
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    return wrapper


def requires_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse to run outside of a transaction; the caller's commit decides."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            raise NoTransaction(
                f"{function.__module__}.{function.__qualname__} needs a transaction"
            )
        return function(*args, **kwargs)

    return wrapper


@requires_transaction
def lock_name(name: str) -> None:
    """Wait until nobody else has this name locked; it is theirs until the transaction ends.

    For what has no row yet: an order that comes in twice, a payment two people plan.
    """
    ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def answer_when_on_disk() -> None:
    """Let nobody hear of this transaction before its log is on disk; its commit does not wait.

    For SQL that has set `synchronous_commit` to off for its transaction, so that a row which
    others wait for changes hands at once (ADR 29). Goes before all that was to follow the commit.
    Outside of a transaction the statement has committed already, and this waits here.
    """
    hooks = connection.run_on_commit
    if not any(hook[1] is _wait_for_the_disk for hook in hooks):
        transaction.on_commit(_wait_for_the_disk)
        if connection.in_atomic_block:
            hooks.insert(0, hooks.pop())


def _wait_for_the_disk() -> None:
    """A commit that waits: the log reaches the disk in order, so what came before it is there.

    Said to the driver's connection, without a cursor, which took longer than the server does.
    """
    said = connection.connection.pgconn.exec_(EMPTY_TRANSACTION)
    if said.status != ExecStatus.TUPLES_OK:
        raise OperationalError(said.get_error_message())


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character code behind a database error, or nothing."""
    return str(getattr(error.__cause__, "sqlstate", "") or "")

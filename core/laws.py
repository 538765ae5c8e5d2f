"""What must always be true, in one place to ask: `manage.py verify`.

An app states its laws in a module ``laws`` of its own, found when the desk starts. A law only
looks: it never repairs. "Could not check" is never reported as "holds".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

SAMPLE = 20
PATIENCE = "10min"


@dataclass(frozen=True, slots=True)
class Findings:
    """How many were looked at, and the ids of those that break the law."""

    checked: int
    violating: Sequence[str]


@dataclass(frozen=True, slots=True)
class Law:
    """`name` for programs, `says` for people, `check` to find out; `group` for a quick look."""

    name: str
    says: str
    check: Callable[[], Findings]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`ok` is None when the law could not be checked; `error` says why."""

    invariant: str
    ok: bool | None
    checked: int
    violations: int
    sample_ids: list[str]
    ms: int
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class LawTwice(RuntimeError):
    """Two laws chose one name."""


_laws: dict[str, Law] = {}


def register(name: str, says: str, check: Callable[[], Findings]) -> None:
    """State a law that only a function can check."""
    if name in _laws and _laws[name].check is not check:
        raise LawTwice(name)
    _laws[name] = Law(name, says, check)


def register_sql(name: str, says: str, *, among: str, violating: str, group: str = "") -> None:
    """State a law in SQL.

    `among` selects one number, how many rows the law is about; `violating` selects one column,
    an id that a person can look up, for each row that breaks it.
    """
    if name in _laws:
        raise LawTwice(name)
    _laws[name] = Law(name, says, lambda: _ask(among, violating), group)


def names(group: str = "") -> list[str]:
    """All of them, or those of a group."""
    return sorted(name for name, law in _laws.items() if not group or law.group == group)


def sentences() -> list[tuple[str, str]]:
    """Each law's name and what it says."""
    return [(name, _laws[name].says) for name in names()]


def check_laws(wanted: Iterable[str] = ()) -> list[Outcome]:
    """Check the laws named, or all, in one read-only snapshot: sums agree while traffic goes on.

    Inside somebody's transaction (a test's) it is that transaction's view.
    """
    chosen = [_laws[name] for name in sorted(wanted or _laws)]
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        if not is_inside:
            _take_snapshot()
        return [check(law) for law in chosen]


def _take_snapshot() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE}'")


def check(law: Law) -> Outcome:
    """Check one law; what goes wrong in doing so is part of the outcome."""
    began = time.monotonic()
    try:
        with transaction.atomic():
            found = law.check()
    except Exception as error:  # noqa: BLE001 - a law that cannot be checked must not look kept
        return Outcome(law.name, None, 0, 0, [], _since(began), f"{type(error).__name__}: {error}")
    violations = len(found.violating)
    sample = [str(one) for one in found.violating[:SAMPLE]]
    return Outcome(law.name, not violations, found.checked, violations, sample, _since(began))


def _ask(among: str, violating: str) -> Findings:
    with connection.cursor() as cursor:
        cursor.execute(among)
        checked = cursor.fetchone()[0]
        cursor.execute(violating)
        return Findings(checked, [str(row[0]) for row in cursor.fetchall()])


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)

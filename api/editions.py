"""Dated editions of the API: a key is pinned to the one that was newest when it was made.

What is added breaks nobody and makes no edition. What takes something away, renames it or changes
what it means does; the former edition is then answered for at least `KEPT_FOR` more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from api.problems import BadCall

HEADER = "Api-Version"
KEPT_FOR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Edition:
    """`day` names it. `ends` is the day after which it is no longer answered, once that is set."""

    day: dt.date
    changes: tuple[str, ...]
    replaced_on: dt.date | None = None

    @property
    def name(self) -> str:
        return self.day.isoformat()

    @property
    def ends(self) -> dt.date | None:
        return self.replaced_on and self.replaced_on + KEPT_FOR


# The newest first.
EDITIONS = (
    Edition(
        dt.date(2026, 11, 30),
        (
            "Orders, documents, returns, exchanges, quotes, decisions, shipments, parcels and"
            " events have addresses.",
            "Commands ask for If-Match and answer with an ETag.",
            "Every answer carries Request-Id, RateLimit and Api-Version.",
            "Requests are logged: GET /requests finds them by what Request-Id said.",
        ),
    ),
)


def newest() -> Edition:
    return EDITIONS[0]


def find_edition(name: str) -> Edition:
    """Raises `BadCall` for a day on which no edition came out."""
    for edition in EDITIONS:
        if edition.name == name:
            return edition
    known = ", ".join(edition.name for edition in EDITIONS)
    raise BadCall(f"There is no edition “{name[:20]}”, but: {known}.", code="unknown_version")


def headers_of(edition: Edition) -> dict[str, str]:
    """`Deprecation` (RFC 9745) and `Sunset` (RFC 8594) once there is a newer one."""
    headers = {HEADER: edition.name}
    if edition.replaced_on and edition.ends:
        headers["Deprecation"] = f"@{int(_midnight(edition.replaced_on).timestamp())}"
        headers["Sunset"] = f"{_midnight(edition.ends):%a, %d %b %Y %H:%M:%S GMT}"
    return headers


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)

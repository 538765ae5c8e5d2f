from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from api.models import ApiKey

SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Badge:
    """As `components/badge.html` draws one."""

    word: str
    tone: str
    sign: str


@dataclass(frozen=True, slots=True)
class Row:
    """One key at a glance. `twins` is how many live keys its program has."""

    key: ApiKey
    badge: Badge
    twins: int

    @property
    def is_live(self) -> bool:
        return self.badge.tone in {"good", "warn"}

    @property
    def may_be_replaced(self) -> bool:
        return self.is_live and self.twins < 2


@dataclass(frozen=True, slots=True)
class Tab:
    """As `components/tabs.html` draws one."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


def draw_tabs(current: str) -> list[Tab]:
    """The pages about partners' programs, by the names of their addresses."""
    views = {"api-keys": "Keys", "api-requests": "Requests"}
    return [Tab(label, reverse(view), view == current) for view, label in views.items()]


def draw_keys(keys: Iterable[ApiKey], *, now: dt.datetime) -> list[Row]:
    found = list(keys)
    live: dict[tuple[int, str], int] = {}
    for key in found:
        if key.is_live(now):
            name = (key.partner_id, key.name)
            live[name] = live.get(name, 0) + 1
    rows = [Row(key, _badge(key, now), live.get((key.partner_id, key.name), 0)) for key in found]
    return sorted(rows, key=lambda row: not row.is_live)


def _badge(key: ApiKey, now: dt.datetime) -> Badge:
    if key.revoked_at:
        return Badge("Revoked", "plain", "ring")
    if not key.is_live(now):
        return Badge("Expired", "bad", "alert")
    if key.expires_at and key.expires_at - now < SOON:
        return Badge("Expires soon", "warn", "clock")
    return Badge("Live", "good", "check")

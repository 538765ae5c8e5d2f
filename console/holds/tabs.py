"""The views of the board: which holds each one lists, in which order, and how many they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Q, QuerySet, Value

from console.queue.tabs import DATABASE_NOW
from console.rights import Rights
from core.roles import Permission
from inventory.models import Reservation, WaitingLine
from inventory.states import LIVE, ReservationState, WaitingState

S = ReservationState
SOON = dt.timedelta(hours=24)
WITHIN_THE_HOUR = dt.timedelta(hours=1)
STILL_WAITING = (WaitingState.WAITING, WaitingState.WOKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTab:
    """One view. `key` is what it is sorted by; `shows` says what its rows are; `empty` and `hint`
    say what it means that there are none."""

    code: str
    label: str
    empty: str
    hint: str
    key: str
    holds: Q = field(default_factory=Q)
    shows: Literal["holds", "places", "waiting"] = "holds"
    descends: bool = False
    is_counted: bool = True


def _ends_within(time: dt.timedelta) -> Q:
    return Q(state=S.ACTIVE, expires_at__lte=DATABASE_NOW + Value(time))


TABS = (
    HoldTab(
        code="ending",
        label="Ending soon",
        empty="No hold ends within a day",
        hint="Holds that end within 24 hours come here by themselves, the next one first.",
        holds=_ends_within(SOON),
        key="expires_at",
    ),
    HoldTab(
        code="running",
        label="All running",
        empty="No hold is running",
        hint="A hold starts when an exchange is quoted and ends when its goods leave.",
        holds=Q(state=S.ACTIVE),
        key="expires_at",
    ),
    HoldTab(
        code="places",
        label="By place",
        empty="Nothing is held anywhere",
        hint="Each centre is listed once an exchange holds something there.",
        holds=Q(state__in=LIVE),
        key="expires_at",
        shows="places",
        is_counted=False,
    ),
    HoldTab(
        code="warehouse",
        label="With the warehouse",
        empty="The warehouse has nothing to send",
        hint="A hold comes here once its replacement is released to be packed.",
        holds=Q(state=S.COMMITTED),
        key="made_at",
    ),
    HoldTab(
        code="waiting",
        label="Waiting",
        empty="No case waits for stock",
        hint="An exchange whose stock ran out waits here, the oldest case first.",
        key="since",
        shows="waiting",
    ),
    HoldTab(
        code="ended",
        label="Ended",
        empty="No hold has ended yet",
        hint="Sent, released and expired holds stay here with their cause.",
        holds=Q(state__in=[S.RELEASED, S.EXPIRED, S.CONSUMED]),
        key="resolved_at",
        descends=True,
        is_counted=False,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


def list_visible_holds(rights: Rights) -> QuerySet[Reservation]:
    """The holds that this person may see, with place, bin and goods."""
    holds: QuerySet[Reservation] = Reservation.objects.visible_to(rights.user, Permission.SEE_STOCK)
    return holds.select_related("variant__product", "location", "bin")


def list_visible_waiting(rights: Rights) -> QuerySet[WaitingLine]:
    """The lines that this person may see waiting for stock, with their goods."""
    lines: QuerySet[WaitingLine] = WaitingLine.objects.visible_to(rights.user, Permission.SEE_STOCK)
    return lines.filter(state__in=STILL_WAITING).select_related("variant__product")


def count_holds(rights: Rights) -> dict[str, int]:
    """Live holds in all, by counted view, and how many end within the hour: two queries.

    Views of the queue have names like these ones', and all of them are counted together.
    """
    views = {f"board_{tab.code}": tab.holds for tab in TABS if tab.is_counted and tab.holds}
    holds = Reservation.objects.visible_to(rights.user, Permission.SEE_STOCK)
    counts: dict[str, int] = holds.filter(state__in=LIVE).aggregate(
        holds=Count("pk"),
        board_hour=Count("pk", filter=_ends_within(WITHIN_THE_HOUR)),
        **{name: Count("pk", filter=which) for name, which in views.items()},
    )
    return counts | {"board_waiting": list_visible_waiting(rights).count()}

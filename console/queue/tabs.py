"""The views of the queue: which cases each one holds, in which order, and how many they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from console.badges import NEEDS_HOLD
from console.rights import Rights
from core.roles import Permission
from exchanges.models import Exchange
from exchanges.states import OVER as EXCHANGE_OVER
from exchanges.states import ExchangeState
from inventory.models import Reservation
from inventory.states import LIVE, ReservationState
from returns.models import Return, ReturnLine, RiskHold
from returns.states import OVER, LineDecision, ReturnState

R, X = ReturnState, ExchangeState
SOON = dt.timedelta(minutes=60)
OPEN_STATES = [state for state in ReturnState if state not in OVER]
TO_DECIDE = [R.REQUESTED, R.AWAITING_EVIDENCE, R.IN_REVIEW]

CASE_OF_HOLD = Concat(Value("return:"), Cast(OuterRef("pk"), CharField()))
# Holds end by the database's clock, never by this machine's.
DATABASE_NOW = Func(function="app_now", output_field=DateTimeField())


def _exchange_in(*states: str) -> Exists:
    return Exists(Exchange.objects.filter(return_case=OuterRef("pk"), state__in=states))


def _active_holds() -> QuerySet[Reservation]:
    holds: QuerySet[Reservation] = Reservation.objects.filter(
        case=CASE_OF_HOLD, state=ReservationState.ACTIVE
    )
    return holds


def is_held() -> Exists:
    """Stock is kept back for the case at this moment; a due hold counts for nothing."""
    held = Q(state=ReservationState.COMMITTED) | Q(expires_at__gt=DATABASE_NOW)
    return Exists(Reservation.objects.filter(held, case=CASE_OF_HOLD, state__in=LIVE))


def hold_ends() -> Subquery:
    """When the first of the case's active holds ends, None without one."""
    ends = _active_holds().values("case").annotate(first=Min("expires_at")).values("first")
    return Subquery(ends[:1])


def _lost_hold() -> Q:
    return Q(_exchange_in(*NEEDS_HOLD)) & ~Q(is_held())


def _has_refused_goods() -> Q:
    refused = ReturnLine.objects.filter(return_case=OuterRef("pk"), decision=LineDecision.REFUSED)
    going_on = [state for state in X if state not in EXCHANGE_OVER]
    return Q(Exists(refused)) & Q(_exchange_in(*going_on))


def _risk_held() -> Q:
    return Q(Exists(RiskHold.objects.filter(return_case=OuterRef("pk"), cleared_at=None)))


def _needs_agent(rights: Rights) -> Q:
    """Nothing goes on before a person at the desk does something."""
    mine = Q(assigned_to=rights.user.pk) | Q(assigned_to=None)
    waits = Q(state__in=TO_DECIDE) | Q(_exchange_in(X.QUOTED)) | _lost_hold()
    if Permission.DECIDE_CASE in rights:
        waits |= _risk_held()
    return mine & (waits | _has_refused_goods())


def _needs_warehouse() -> Q:
    return _to_inspect() | _ready_to_ship()


def _needs_me(rights: Rights) -> Q:
    if Permission.CANCEL_CASE in rights:
        agents = _needs_agent(rights)
        return agents | _needs_warehouse() if Permission.INSPECT_GOODS in rights else agents
    return _needs_warehouse()


def _holds_ending() -> Q:
    return Q(Exists(_active_holds().filter(expires_at__lte=DATABASE_NOW + Value(SOON))))


def _awaiting_parcel() -> Q:
    return Q(state__in=[R.AUTHORISED, R.IN_TRANSIT])


def _to_inspect() -> Q:
    return Q(state__in=[R.PARTLY_RECEIVED, R.RECEIVED])


def _ready_to_ship() -> Q:
    return Q(_exchange_in(X.READY, X.RELEASING, X.PARTLY_SHIPPED))


def _blocked() -> Q:
    waits = Q(_exchange_in(X.AWAITING_PAYMENT, X.PENDING_APPROVAL))
    return waits | _lost_hold() | _has_refused_goods() | _risk_held()


Order = Literal["oldest", "hold", "newest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTab:
    """One view. `code` stands in the address; `empty` says what it means that nothing is there."""

    code: str
    label: str
    empty: str
    holds: Callable[[Rights], Q]
    order: Order = "oldest"
    is_counted: bool = True
    is_open: bool = True


TABS = (
    QueueTab(
        code="needs_me",
        label="Needs me",
        empty="Nothing waits for you",
        holds=_needs_me,
    ),
    QueueTab(
        code="holds_ending",
        label="Holds ending",
        empty="No hold ends within the hour",
        holds=lambda rights: _holds_ending(),
        order="hold",
    ),
    QueueTab(
        code="awaiting_parcel",
        label="Awaiting parcel",
        empty="No parcel is awaited",
        holds=lambda rights: _awaiting_parcel(),
    ),
    QueueTab(
        code="to_inspect",
        label="To inspect",
        empty="Everything received is inspected",
        holds=lambda rights: _to_inspect(),
    ),
    QueueTab(
        code="ready_to_ship",
        label="Ready to ship",
        empty="No replacement waits to leave",
        holds=lambda rights: _ready_to_ship(),
    ),
    QueueTab(
        code="blocked",
        label="Blocked",
        empty="Nothing is blocked",
        holds=lambda rights: _blocked(),
    ),
    QueueTab(
        code="all_open",
        label="All open",
        empty="No case is open",
        holds=lambda rights: Q(),
    ),
    QueueTab(
        code="closed",
        label="Closed",
        empty="No case is closed yet",
        holds=lambda rights: Q(),
        order="newest",
        is_counted=False,
        is_open=False,
    ),
)
TAB_OF_CODE = {tab.code: tab for tab in TABS}


def list_cases_of(tab: QueueTab, rights: Rights) -> QuerySet[Return]:
    """The cases of a view that this person may see, not ordered yet."""
    cases: QuerySet[Return] = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    states = OPEN_STATES if tab.is_open else list(OVER)
    return cases.filter(state__in=states).filter(tab.holds(rights))


def count_tabs(rights: Rights, *, only: Collection[str] | None = None) -> dict[str, int]:
    """How many cases each counted view holds, by code, in one query over what is open."""
    cases = Return.objects.visible_to(rights.user, Permission.SEE_CASES)
    asked = [tab for tab in TABS if tab.is_counted and (only is None or tab.code in only)]
    counts: dict[str, int] = cases.filter(state__in=OPEN_STATES).aggregate(
        **{tab.code: Count("pk", filter=tab.holds(rights) or None) for tab in asked}
    )
    return counts

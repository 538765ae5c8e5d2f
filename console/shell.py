"""What every page of the desk is framed by: the rail with its counts, and who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from approvals.queries import list_waiting
from console.components import Found, RailGroup, RailLink
from console.holds.tabs import count_holds
from console.mismatches.rows import count_to_decide
from console.queue.tabs import TABS, count_tabs
from console.rights import Rights, rights_of
from core import clock
from core.roles import Permission
from intake.grouping import list_waiting_documents
from intake.states import DocumentState
from inventory.models import Discrepancy
from inventory.states import DiscrepancyState
from notifications.queries import count_at_risk
from payments.queries import count_money

COUNTS_LAST_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A page that the rail may lead to, for whom, and what its number counts."""

    label: str
    view: str
    permission: Permission
    icon: str
    key: str = ""
    counts: str = ""
    namespace: str = "console:"


P = Permission
PLACES: tuple[tuple[str, tuple[_Place, ...]], ...] = (
    (
        "",
        (
            _Place(label="Today", view="today", permission=P.USE_DESK, icon="clock", key="g t"),
            _Place(
                label="Queue",
                view="queue",
                permission=P.SEE_CASES,
                icon="inbox",
                key="g q",
                counts="all_open",
            ),
            _Place(
                label="New case", view="new_case", permission=P.OPEN_CASE, icon="plus", key="g n"
            ),
            _Place(
                label="Approvals",
                view="approvals",
                permission=P.APPROVE,
                icon="check",
                key="g a",
                counts="approvals",
            ),
            _Place(
                label="Warehouse",
                view="warehouse",
                permission=P.RECEIVE_GOODS,
                icon="box",
                key="g w",
                counts="to_inspect",
            ),
            _Place(
                label="Mismatches",
                view="mismatches",
                permission=P.SEE_CASES,
                icon="alert",
                key="g m",
                counts="mismatches",
            ),
            _Place(label="Workshop", view="repairs", permission=P.SEE_CASES, icon="box", key="g r"),
            _Place(label="Visits", view="visits", permission=P.SEE_CASES, icon="clock", key="g v"),
        ),
    ),
    (
        "Stock",
        (
            _Place(
                label="Holds",
                view="holds",
                permission=P.SEE_STOCK,
                icon="hold",
                key="g h",
                counts="holds",
            ),
            _Place(label="Stock", view="stock", permission=P.SEE_STOCK, icon="box", key="g s"),
            _Place(
                label="Discrepancies",
                view="discrepancies",
                permission=P.SEE_STOCK,
                icon="alert",
                key="g d",
                counts="discrepancies",
            ),
            _Place(
                label="Counts", view="counts", permission=P.ADJUST_STOCK, icon="scan", key="g c"
            ),
            _Place(
                label="Quarantine", view="quarantine", permission=P.SEE_STOCK, icon="box", key="g x"
            ),
            _Place(
                label="Expected goods",
                view="supplies",
                permission=P.SEE_STOCK,
                icon="down",
                key="g e",
            ),
            _Place(
                label="Stock import",
                view="stock_import",
                permission=P.ADJUST_STOCK,
                icon="down",
                key="g i",
            ),
        ),
    ),
    (
        "Money",
        (
            _Place(
                label="Unknown money",
                view="unknown_money",
                permission=P.SEE_MONEY,
                icon="alert",
                key="g u",
                counts="unknown_money",
            ),
            _Place(
                label="Pay out",
                view="pay_outs",
                permission=P.SEE_MONEY,
                icon="up",
                key="g o",
                counts="pay_out",
            ),
            _Place(
                label="Disputes",
                view="disputes",
                permission=P.SEE_MONEY,
                icon="alert",
                key="g y",
                counts="disputes",
            ),
            _Place(
                label="Receivables",
                view="receivables",
                permission=P.SEE_MONEY,
                icon="inbox",
                key="g b",
                counts="receivables",
            ),
            _Place(
                label="Differences",
                view="differences",
                permission=P.SEE_MONEY,
                icon="scan",
                counts="differences",
            ),
        ),
    ),
    (
        "Operations",
        (
            _Place(
                label="Intake",
                view="intake",
                permission=P.SEE_INTAKE,
                icon="down",
                key="g k",
                counts="intake",
            ),
            _Place(
                label="Defects", view="defects", permission=P.SEE_CASES, icon="alert", key="g f"
            ),
            _Place(label="Ratings", view="ratings", permission=P.DECIDE_CASE, icon="check"),
            _Place(label="Messages", view="messages", permission=P.SEE_MESSAGES, icon="mail"),
            _Place(
                label="Promises",
                view="promises",
                permission=P.SEE_CASES,
                icon="clock",
                key="g p",
                counts="promises",
            ),
            _Place(label="Jobs", view="jobs", permission=P.USE_DESK, icon="clock", key="g j"),
            _Place(
                label="Warehouse links",
                view="warehouse_links",
                permission=P.RUN_MACHINERY,
                icon="link",
                key="g l",
            ),
            _Place(label="Webhooks", view="webhooks", permission=P.RUN_MACHINERY, icon="link"),
            _Place(
                label="API keys",
                view="api-keys",
                permission=P.RUN_MACHINERY,
                icon="link",
                namespace="",
            ),
        ),
    ),
)


ON_RAIL = frozenset(place.counts for _, places in PLACES for place in places)
VIEWS = frozenset(tab.code for tab in TABS if tab.is_counted)


def desk(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame of a page. Nothing is read until a template asks for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "navigation": SimpleLazyObject(lambda: list_navigation(request)),
        "role_word": SimpleLazyObject(lambda: rights_of(request).role_word),
        "palette_options": SimpleLazyObject(lambda: list_places(request)),
        "may_open_case": SimpleLazyObject(lambda: P.OPEN_CASE in rights_of(request)),
        "may_see_money": SimpleLazyObject(lambda: P.SEE_MONEY in rights_of(request)),
        "search_words": request.GET.get("q", ""),
        "palette_url": reverse("console:palette"),
    }


def list_navigation(request: HttpRequest) -> list[RailGroup]:
    rights = rights_of(request)
    counts = count_for_rail(rights)
    places = [(label, _permitted(places, rights)) for label, places in PLACES]
    current = max(
        (url for _, found in places for _, url in found if _leads_to(url, request.path)),
        key=len,
        default="",
    )
    return [
        RailGroup(
            label=label,
            links=[
                RailLink(
                    label=place.label,
                    url=url,
                    key=place.key,
                    count=counts.get(place.counts),
                    is_current=url == current,
                )
                for place, url in found
            ],
        )
        for label, found in places
        if found
    ]


def list_places(request: HttpRequest) -> list[Found]:
    """The pages this person may go to, as the palette offers them."""
    rights = rights_of(request)
    return [
        Found(label=place.label, url=url, icon=place.icon, hint=place.key)
        for _, places in PLACES
        for place, url in _permitted(places, rights)
    ]


def count_for_rail(rights: Rights, *, with_views: bool = False) -> dict[str, int]:
    """Open work and live holds; old by up to a quarter of a minute.

    `with_views`: of every view of the queue, which only pages that lead to them have to know.
    """
    key = f"rail-{rights.user.pk}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None or (with_views and not counts.keys() >= VIEWS):
        counts = _count(rights, with_views=with_views)
        cache.set(key, counts, COUNTS_LAST_SECONDS)
    return counts


def _count(rights: Rights, *, with_views: bool) -> dict[str, int]:
    counts: dict[str, int] = {}
    if P.SEE_CASES in rights:
        counts |= count_tabs(rights, only=None if with_views else ON_RAIL)
        counts["mismatches"] = count_to_decide(rights, clock.now())
        counts["promises"] = count_at_risk(user=rights.user, now=clock.now())
    if P.APPROVE in rights:
        counts["approvals"] = list_waiting(rights.user).count()
    if P.SEE_MONEY in rights:
        counts |= count_money(rights.user)
    if P.SEE_STOCK in rights:
        counts |= count_holds(rights)
        found = Discrepancy.objects.visible_to(rights.user, P.SEE_STOCK)
        counts["discrepancies"] = found.filter(state=DiscrepancyState.OPEN).count()
    if P.SEE_INTAKE in rights:
        waiting = list_waiting_documents(rights.user)
        counts["intake"] = waiting.exclude(state=DocumentState.PARKED).count()
    return counts


def _permitted(places: tuple[_Place, ...], rights: Rights) -> list[tuple[_Place, str]]:
    return [
        (place, reverse(f"{place.namespace}{place.view}"))
        for place in places
        if place.permission in rights
    ]


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))

"""The links to warehouses, for whoever runs the machinery."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_fsm import TransitionNotAllowed

from console.components import EmptyState, Tab
from console.queue.paging import Page, draw_pager, take_newest
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import rights_of
from console.sending import sender_of
from console.warehouse_links.drawing import (
    draw_link,
    draw_message,
    draw_message_row,
    draw_report,
    draw_report_row,
)
from console.warehouse_links.page import LinksPage, TrafficPage, TrafficRow
from core.errors import ActionBlocked
from core.permissions import requires
from core.roles import Permission
from fulfilment.models import Warehouse, WarehouseMessage, WarehouseReport
from fulfilment.queries import list_warehouses
from fulfilment.services import pause_warehouse, resend_message, resume_warehouse
from fulfilment.states import MessageState, ReportState

MAY = Permission.RUN_MACHINERY


@requires(MAY)
def links(request: HttpRequest) -> HttpResponse:
    """Every link at a glance, and the switch of each."""
    reader = Reader.of(request)
    cards = [draw_link(health, reader) for health in list_warehouses(user=rights_of(request).user)]
    page = LinksPage(cards=cards, empty=None if cards else _no_links())
    return render(request, "console/warehouse_links.html", {"links": page})


@require_POST
@requires(MAY)
@shows_refusals
def pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send nothing until it is resumed."""
    warehouse = pause_warehouse(
        warehouse_id=_get_warehouse(request, public_id).pk, **sender_of(request)
    )
    messages.success(
        request, f"Nothing is sent to {warehouse.location} from here on. What it reports is taken."
    )
    return redirect("console:warehouse_links")


@require_POST
@requires(MAY)
@shows_refusals
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send again, at once."""
    warehouse = resume_warehouse(
        warehouse_id=_get_warehouse(request, public_id).pk, **sender_of(request)
    )
    messages.success(request, f"{warehouse.location} is told again, oldest message first.")
    return redirect("console:warehouse_links")


@requires(MAY)
def told(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a warehouse was told, the newest first; ``?state=`` narrows it."""
    warehouse, reader = _get_warehouse(request, public_id), Reader.of(request)
    found = warehouse.messages.select_related("warehouse")
    page = _take(request, found, MessageState)
    rows = [draw_message_row(message, reader) for message in page.rows]
    return _draw_traffic(
        request,
        warehouse,
        rows=rows,
        page=page,
        states=MessageState,
        title="Messages",
        says="what the desk told it, numbered without a gap",
    )


@requires(MAY)
def reported(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a warehouse reported, the newest first; ``?state=`` narrows it."""
    warehouse, reader = _get_warehouse(request, public_id), Reader.of(request)
    found = warehouse.reports.select_related("warehouse")
    page = _take(request, found, ReportState)
    rows = [draw_report_row(report, reader) for report in page.rows]
    return _draw_traffic(
        request,
        warehouse,
        rows=rows,
        page=page,
        states=ReportState,
        title="Reports",
        says="what it told the desk, each acted on once",
    )


@requires(MAY)
def message(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    page = draw_message(_get_message(request, public_id, message_id), Reader.of(request))
    return render(request, "console/warehouse_letter.html", {"letter": page})


@require_POST
@requires(MAY)
@shows_refusals
def resend(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    """Send a message once more, under its old number."""
    found = _get_message(request, public_id, message_id)
    try:
        resend_message(message_id=found.pk, **sender_of(request))
    except TransitionNotAllowed as error:
        state = str(found.get_state_display()).lower()
        raise ActionBlocked(f"Message {found.sequence} is {state} already.") from error
    messages.success(request, f"Message {found.sequence} is queued again.")
    return redirect("console:warehouse_message", public_id=public_id, message_id=message_id)


@requires(MAY)
def report(request: HttpRequest, public_id: str, report_id: str) -> HttpResponse:
    reports = WarehouseReport.objects.visible_to(rights_of(request).user, MAY)
    found = get_object_or_404(
        reports.select_related("warehouse__location", "content"),
        warehouse__public_id=public_id,
        public_id=report_id,
    )
    page = draw_report(found, Reader.of(request))
    return render(request, "console/warehouse_letter.html", {"letter": page})


def _get_warehouse(request: HttpRequest, public_id: str) -> Warehouse:
    visible = Warehouse.objects.visible_to(rights_of(request).user, MAY)
    return get_object_or_404(visible.select_related("location"), public_id=public_id)


def _get_message(request: HttpRequest, public_id: str, message_id: str) -> WarehouseMessage:
    visible = WarehouseMessage.objects.visible_to(rights_of(request).user, MAY)
    return get_object_or_404(
        visible.select_related("warehouse__location", "event"),
        warehouse__public_id=public_id,
        public_id=message_id,
    )


def _state(request: HttpRequest, states: Any) -> str:
    """The state that the list is narrowed to; one that nobody knows narrows nothing."""
    asked = request.GET.get("state", "")
    return asked if asked in states.values else ""


def _take(request: HttpRequest, found: Any, states: Any) -> Page:
    state = _state(request, states)
    return take_newest(found.filter(state=state) if state else found, query=request.GET)


def _draw_traffic(
    request: HttpRequest,
    warehouse: Warehouse,
    *,
    rows: list[TrafficRow],
    page: Page,
    states: Any,
    title: str,
    says: str,
) -> HttpResponse:
    state = _state(request, states)
    choices = [("", "All"), *states.choices]
    drawn = TrafficPage(
        warehouse=warehouse.location.name,
        title=title,
        says=says,
        tabs=[
            Tab(
                label=str(label),
                url=f"{request.path}?state={code}" if code else request.path,
                is_current=code == state,
            )
            for code, label in choices
        ],
        rows=rows,
        pager=draw_pager(page, request.GET),
        empty=None if rows else _nothing(title, is_narrowed=bool(state)),
    )
    return render(request, "console/warehouse_traffic.html", {"traffic": drawn})


def _nothing(title: str, *, is_narrowed: bool) -> EmptyState:
    words = "None is in that state." if is_narrowed else "Nothing has gone over this link yet."
    return EmptyState(title=f"No {title.lower()}", words=words, icon="mail")


def _no_links() -> EmptyState:
    return EmptyState(
        title="No warehouse is connected",
        words="People pick from the lists under Warehouse. A system of its own is connected in "
        "the admin: it is then told of every hold and parcel by itself.",
        icon="truck",
    )

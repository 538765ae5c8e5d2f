"""What partners' programs were told, and what shops have not confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.components import EmptyState, Tab
from console.queue.paging import Page, draw_pager, take_newest
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import rights_of
from console.sending import sender_of
from console.warehouse_links.page import TrafficPage
from console.webhooks.drawing import ROOT, draw_letter, draw_row
from console.webhooks.forms import ReplayForm
from console.webhooks.views import MAY, list_views
from core.errors import BadInput
from core.permissions import requires
from notifications import services
from notifications.models import WebhookEndpoint, WebhookMessage
from notifications.queries import list_unacknowledged
from notifications.states import WebhookState


@requires(MAY)
def told(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an endpoint was told, the newest first; ``?state=`` narrows it."""
    visible = WebhookEndpoint.objects.visible_to(rights_of(request).user, MAY)
    endpoint = get_object_or_404(visible, public_id=public_id)
    state = request.GET.get("state", "")
    found = endpoint.messages.select_related("endpoint")
    if state in WebhookState.values:
        found = found.filter(state=state)
    tabs = [
        Tab(
            label=str(label),
            url=f"{request.path}?state={code}" if code else request.path,
            is_current=code == state,
        )
        for code, label in [("", "All"), *WebhookState.choices]
    ]
    return _draw(
        request,
        take_newest(found, query=request.GET),
        whose=endpoint.name,
        title="Messages",
        says="signed, numbered without a gap, each sent until it is taken",
        tabs=tabs,
        empty="None is in that state." if state else "Nothing has happened since it was opened.",
    )


@requires(MAY)
def unconfirmed(request: HttpRequest) -> HttpResponse:
    """What shops that follow our books have not confirmed: there, stock and books may differ."""
    found = list_unacknowledged(user=rights_of(request).user).order_by()
    return _draw(
        request,
        take_newest(found, query=request.GET),
        whose="Not confirmed",
        title="Not confirmed by shops",
        says="until then, their stock and books may differ from ours",
        tabs=list_views(request.path),
        empty="Every shop has confirmed everything.",
        says_whose=True,
    )


@requires(MAY)
def message(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    page = draw_letter(_get_message(request, public_id, message_id), Reader.of(request))
    return render(request, "console/warehouse_letter.html", {"letter": page})


@require_POST
@requires(MAY)
@shows_refusals
def resend(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    """Send a message once more, under its old id and number."""
    found = _get_message(request, public_id, message_id)
    services.resend_message(message_id=found.pk, **sender_of(request))
    messages.success(request, f"Message {found.sequence} is queued again.")
    return redirect("console:webhook_message", public_id=public_id, message_id=message_id)


@require_POST
@requires(MAY)
@shows_refusals
def replay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send everything again from a number on."""
    visible = WebhookEndpoint.objects.visible_to(rights_of(request).user, MAY)
    endpoint = get_object_or_404(visible, public_id=public_id)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        raise BadInput("Type the number to begin with.", field="from_sequence")
    sent = services.replay_messages(
        endpoint_id=endpoint.pk, **form.cleaned_data, **sender_of(request)
    )
    words = "1 message is" if sent == 1 else f"{sent} messages are"
    messages.success(request, f"{words} queued again.")
    return redirect("console:webhook", public_id=public_id)


def _get_message(request: HttpRequest, public_id: str, message_id: str) -> WebhookMessage:
    visible = WebhookMessage.objects.visible_to(rights_of(request).user, MAY)
    return get_object_or_404(
        visible.select_related("endpoint"), endpoint__public_id=public_id, public_id=message_id
    )


def _draw(
    request: HttpRequest,
    page: Page,
    *,
    whose: str,
    empty: str,
    says_whose: bool = False,
    **shown: Any,
) -> HttpResponse:
    reader = Reader.of(request)
    drawn = TrafficPage(
        warehouse=whose,
        root=ROOT,
        root_url=reverse("console:webhooks"),
        rows=[draw_row(each, reader, says_whose=says_whose) for each in page.rows],
        pager=draw_pager(page, request.GET),
        empty=None if page.rows else EmptyState(title="No messages", words=empty, icon="mail"),
        **shown,
    )
    return render(request, "console/warehouse_traffic.html", {"traffic": drawn})

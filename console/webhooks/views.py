"""Where partners' programs listen: the list, a new one, its secrets, its switch."""

from __future__ import annotations

import base64
import secrets
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from console.components import Action, Banner, EmptyState, Tab
from console.reader import Reader
from console.refusals import refusal_banner, shows_refusals
from console.rights import rights_of
from console.sending import operation_of, sender_of
from console.warehouse_links.page import LinksPage
from console.webhooks.drawing import ROOT, draw_card, draw_switch
from console.webhooks.forms import EndpointForm
from core.errors import DomainError
from core.models import Partner
from core.permissions import partners_granting, requires
from core.roles import Permission
from notifications import services
from notifications.models import WebhookEndpoint
from notifications.published import list_kinds
from notifications.queries import describe_endpoint, list_endpoints

MAY = Permission.RUN_MACHINERY
SECRET_BYTES = 24


def list_views(path: str) -> list[Tab]:
    """The views of this part of the desk, as tabs."""
    views = (("Endpoints", "console:webhooks"), ("Not confirmed", "console:webhooks_unconfirmed"))
    return [
        Tab(label=label, url=reverse(name), is_current=reverse(name) == path)
        for label, name in views
    ]


@requires(MAY)
def endpoints(request: HttpRequest) -> HttpResponse:
    """Every endpoint at a glance, with its switch."""
    reader = Reader.of(request)
    cards = [draw_card(health, reader) for health in list_endpoints(user=rights_of(request).user)]
    new = Action(label="New endpoint", url=reverse("console:webhook_new"), method="get", key="a")
    page = LinksPage(
        title=ROOT,
        says="Partners' programs are told what happens, signed and numbered without a gap.",
        cards=cards,
        action=new,
        tabs=list_views(request.path),
        empty=None if cards else _no_endpoints(),
    )
    return render(request, "console/warehouse_links.html", {"links": page})


@requires(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """Open an endpoint; its first secret is shown once, on the page that follows."""
    partners = _partners(request)
    if request.method != "POST":
        form = EndpointForm(partners=partners, kinds=list_kinds(), initial=_as_usual())
        return _ask(request, form)
    form = EndpointForm(request.POST, partners=partners, kinds=list_kinds())
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        opened = services.open_endpoint(
            partner_id=partners[0].pk, **form.cleaned_data, **sender_of(request)
        )
    except DomainError as error:
        return _ask(request, form, banner=refusal_banner(error), status=error.status)
    messages.success(request, f"{opened.name} is open. It needs a secret before it is told.")
    return redirect("console:webhook", public_id=opened.public_id)


@requires(MAY)
def endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    return _show(request, _get_endpoint(request, public_id))


@require_POST
@requires(MAY)
@shows_refusals
def new_secret(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a secret and show it this once; two may be live, to change without a gap."""
    found = _get_endpoint(request, public_id)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    services.add_secret(endpoint=found, secret=secret, **sender_of(request))
    answer = _show(request, found, secret=secret)
    add_never_cache_headers(answer)
    return answer


@require_POST
@requires(MAY)
@shows_refusals
def retire(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    found = _get_endpoint(request, public_id)
    secret = get_object_or_404(found.secrets, pk=number)
    services.retire_secret(secret_id=secret.pk, **sender_of(request))
    messages.success(request, "The secret is retired and destroyed.")
    return redirect("console:webhook", public_id=public_id)


@require_POST
@requires(MAY)
@shows_refusals
def pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send nothing until it is resumed."""
    found = _get_endpoint(request, public_id)
    services.pause_endpoint(endpoint_id=found.pk, **sender_of(request))
    messages.success(request, f"{found.name} is told nothing from here on. What happens is kept.")
    return redirect("console:webhook", public_id=public_id)


@require_POST
@requires(MAY)
@shows_refusals
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send again, at once, also where it had been given up."""
    found = _get_endpoint(request, public_id)
    wake = services.enable_endpoint if found.disabled_at else services.resume_endpoint
    wake(endpoint_id=found.pk, **sender_of(request))
    messages.success(request, f"{found.name} is told again, oldest message first.")
    return redirect("console:webhook", public_id=public_id)


def _show(request: HttpRequest, found: WebhookEndpoint, *, secret: str = "") -> HttpResponse:
    reader = Reader.of(request)
    health = describe_endpoint(found)
    live = found.secrets.filter(retired_at=None).order_by("pk")
    context = {
        "card": draw_card(health, reader),
        "switch": draw_switch(found),
        "root_url": reverse("console:webhooks"),
        "secret": secret,
        "secrets": [
            {
                "number": each.pk,
                "added": reader.moment(each.added_at),
                "url": reverse("console:webhook_retire_secret", args=[found.public_id, each.pk]),
                "op_id": str(uuid4()),
            }
            for each in live
        ],
        "new_secret": _new_secret(found, live=len(live)),
        "replay_url": reverse("console:webhook_replay", args=[found.public_id]),
        "last_told": found.last_told,
        "op_id": str(uuid4()),
    }
    return render(request, "console/webhook.html", context)


def _new_secret(found: WebhookEndpoint, *, live: int) -> Action:
    return Action(
        label="Make a secret",
        url=reverse("console:webhook_new_secret", args=[found.public_id]),
        kind="secondary" if live else "primary",
        fields={"op_id": str(uuid4())},
        blocked_because="Two are live: retire the older one first."
        if live >= services.MOST_LIVE_SECRETS
        else "",
    )


def _get_endpoint(request: HttpRequest, public_id: str) -> WebhookEndpoint:
    visible = WebhookEndpoint.objects.visible_to(rights_of(request).user, MAY)
    return get_object_or_404(visible.select_related("partner"), public_id=public_id)


def _partners(request: HttpRequest) -> list[Partner]:
    mine = partners_granting(rights_of(request).user, MAY)
    return list(Partner.objects.filter(pk__in=mine).order_by("-is_house", "pk"))


def _as_usual() -> dict[str, Any]:
    return {"kinds": ["exchange.*", "return.*", "credit_memo.*"]}


def _ask(
    request: HttpRequest, form: EndpointForm, *, banner: Banner | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "banner": banner, "op_id": operation_of(request)}
    return render(request, "console/new_webhook.html", context, status=status)


def _no_endpoints() -> EmptyState:
    return EmptyState(
        title="No program listens",
        words="Open an endpoint for a shop or a partner: it is told of returns, exchanges, holds"
        " and credits as they happen.",
        icon="link",
        action=Action(label="New endpoint", url=reverse("console:webhook_new"), method="get"),
    )

"""A key is shown once, on the page that follows its making; afterwards only how it begins."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST

from api import services
from api.keys.drawing import draw_keys, draw_tabs
from api.keys.forms import KeyForm
from api.models import ApiKey
from core import clock
from core.actors import Actor
from core.errors import DomainError
from core.models import Partner, User
from core.permissions import partners_granting, requires
from core.roles import Permission

MAY = Permission.RUN_MACHINERY


@requires(MAY)
def keys(request: HttpRequest) -> HttpResponse:
    """Every key of the partners whose admin the reader is, the live ones first."""
    mine = _mine(request)
    partners = Partner.objects.filter(pk__in=mine)
    found = ApiKey.objects.visible_to(_user(request), MAY).select_related("partner")
    without = partners.filter(is_sandbox=False).exclude(
        code__in=[
            code.removesuffix("-sandbox")
            for code in Partner.objects.filter(is_sandbox=True).values_list("code", flat=True)
        ]
    )
    context = {
        "tabs": draw_tabs("api-keys"),
        "keys": draw_keys(found.order_by("revoked_at", "-pk"), now=clock.now()),
        "without_sandbox": without.order_by("name"),
        "op_id": str(uuid4()),
    }
    return render(request, "api/keys.html", context)


@requires(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """The form; once it is sent, the page that shows the key this one time."""
    sent = request.POST if request.method == "POST" else None
    form = KeyForm(sent, partners=_mine(request))
    if sent is None or not form.is_valid():
        return _ask(request, form, status=200 if sent is None else 422)
    asked = form.cleaned_data
    now = clock.now()
    try:
        issued = services.issue_key(
            partner_id=asked["partner"].pk,
            name=asked["name"],
            scopes=asked["scopes"],
            calls_per_minute=asked["calls_per_minute"],
            expires_at=form.expires_at(now),
            actor=_actor(request),
            op_id=uuid4(),
            now=now,
        )
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _ask(request, form, status=refusal.status)
    return _show(request, issued)


@require_POST
@requires(MAY)
def replace(request: HttpRequest, prefix: str) -> HttpResponse:
    """A second key for the same program; the first goes on until it is revoked."""
    key = _get(request, prefix)
    try:
        issued = services.rotate_key(
            key_id=key.pk, actor=_actor(request), op_id=uuid4(), now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("api-keys")
    return _show(request, issued, replaces=key)


@require_POST
@requires(MAY)
def revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Close the door to a key, at once and for ever."""
    key = _get(request, prefix)
    services.revoke_key(
        key_id=key.pk, actor=_actor(request), op_id=_op_id(request), now=clock.now()
    )
    messages.success(request, f"{key.prefix}… is revoked. It opens nothing any more.")
    return redirect("api-keys")


@require_POST
@requires(MAY)
def sandbox(request: HttpRequest) -> HttpResponse:
    """Open a sandbox beside the partner's shop."""
    mine = Partner.objects.filter(pk__in=_mine(request))
    partner = get_object_or_404(mine, code=request.POST.get("partner", ""))
    try:
        opened = services.open_sandbox(
            partner_id=partner.pk, actor=_actor(request), op_id=_op_id(request), now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{opened.name} is open. Make a key for it.")
    return redirect("api-keys")


def _ask(request: HttpRequest, form: KeyForm, *, status: int) -> HttpResponse:
    return render(request, "api/new_key.html", {"form": form}, status=status)


def _show(
    request: HttpRequest, issued: services.IssuedKey, *, replaces: ApiKey | None = None
) -> HttpResponse:
    context = {"issued": issued, "replaces": replaces}
    answer = render(request, "api/key_shown.html", context)
    add_never_cache_headers(answer)
    return answer


def _get(request: HttpRequest, prefix: str) -> ApiKey:
    visible = ApiKey.objects.visible_to(_user(request), MAY)
    return get_object_or_404(visible, prefix=prefix)


def _mine(request: HttpRequest) -> list[int]:
    return partners_granting(request.user, MAY)


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    assert isinstance(user, User)
    return user


def _actor(request: HttpRequest) -> Actor:
    return Actor.user(_user(request))


def _op_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("op_id", ""))
    except ValueError:
        return uuid4()

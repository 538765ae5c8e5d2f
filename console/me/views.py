"""Your settings: look, keys, time zone, and the way to a second step at sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from console.me.forms import MessagesForm, SettingsForm, ThemeForm
from console.reader import Reader
from core.actors import Actor
from core.permissions import requires
from core.roles import Permission
from notifications import services


@requires(Permission.USE_DESK)
def me(request: HttpRequest) -> HttpResponse:
    """A person's own row: no command and no event, as it concerns nobody else."""
    user = Reader.of(request).user
    if request.method != "POST":
        return _draw(request, SettingsForm(instance=user))
    if "density" not in request.POST:
        return _switch_theme(request)
    form = SettingsForm(request.POST, instance=user)
    if not form.is_valid():
        user.refresh_from_db()
        return _draw(request, form, status=422)
    form.save()
    messages.success(request, "Your settings are saved.")
    return redirect("console:me")


def _switch_theme(request: HttpRequest) -> HttpResponse:
    """Back to where the switch stood; with htmx there is nothing to draw."""
    form = ThemeForm(request.POST, instance=Reader.of(request).user)
    if form.is_valid():
        form.save()
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204 if form.is_valid() else 422)
    return redirect("console:me")


@require_POST
@requires(Permission.USE_DESK)
def choose_messages(request: HttpRequest) -> HttpResponse:
    """What they do not want to be written to about."""
    reader = Reader.of(request)
    form = MessagesForm(request.POST, user=reader.user)
    if not form.is_valid():
        messages.error(request, "That form was not from this page. Nothing was changed.")
        return redirect("console:me")
    services.choose_kinds(
        user_id=reader.user.pk,
        muted=sorted(form.muted),
        actor=Actor.user(reader.user),
        op_id=form.cleaned_data["op_id"],
        now=reader.now,
    )
    messages.success(request, "Your choice is saved.")
    return redirect("console:me")


def _draw(request: HttpRequest, form: SettingsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "messages_form": MessagesForm(user=Reader.of(request).user),
        "second_step_url": reverse("mfa_index"),
    }
    return render(request, "console/me.html", context, status=status)

"""Approvals: the list, one request, and the two answers to it, each behind a fresh sign-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from approvals import queries, services
from approvals.models import Approval
from console.approvals.drawing import draw_approval, draw_list
from console.approvals.forms import ApproveForm, RejectForm
from console.components import Banner
from console.reader import Reader
from console.refusals import refusal_banner
from console.rights import rights_of
from console.sending import operation_of, sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission

Command = Callable[..., Approval]


@require_GET
@requires(Permission.APPROVE)
def approvals(request: HttpRequest) -> HttpResponse:
    page = draw_list(rights_of(request), Reader.of(request))
    return render(request, "console/approvals.html", {"approvals": page})


@require_GET
@requires(Permission.APPROVE)
def approval(request: HttpRequest, public_id: str) -> HttpResponse:
    return _show(request, _get(request, public_id))


@require_POST
@requires(Permission.APPROVE)
@reauthentication_required
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say yes to the content that was on the screen."""
    return _decide(request, public_id, ApproveForm(request.POST, auto_id="yes-%s"), "Approved.")


@require_POST
@requires(Permission.APPROVE)
@reauthentication_required
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, RejectForm(request.POST, auto_id="no-%s"), "Denied.")


def _decide(request: HttpRequest, public_id: str, form: forms.Form, done: str) -> HttpResponse:
    """One service call, or the page with why not and what was typed."""
    found = _get(request, public_id)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    command: Command = services.approve if isinstance(form, ApproveForm) else services.reject
    try:
        command(
            approval_id=found.pk,
            proved_at=_proved_at(request),
            **form.cleaned_data,
            **sender_of(request),
        )
    except DomainError as error:
        current = _get(request, public_id)
        banner = refusal_banner(error)
        return _show(request, current, form=form, banner=banner, status=error.status)
    messages.success(request, done)
    return redirect("console:approvals")


def _show(
    request: HttpRequest,
    found: Approval,
    *,
    form: forms.Form | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    page = draw_approval(
        found,
        rights_of(request),
        Reader.of(request),
        op_id=operation_of(request),
        typed={type(form): form} if form else {},
        banner=banner,
    )
    return render(request, "console/approval.html", {"approval": page}, status=status)


def _get(request: HttpRequest, public_id: str) -> Approval:
    try:
        return queries.get_visible(public_id, rights_of(request).user)
    except Approval.DoesNotExist as error:
        raise Http404(public_id) from error


def _proved_at(request: HttpRequest) -> dt.datetime | None:
    """When this person last gave a password or a second factor again, by this session."""
    user: Any = request.user
    given = [
        record["at"]
        for record in get_authentication_records(request, user)
        if record.get("reauthenticated")
    ]
    return dt.datetime.fromtimestamp(max(given), dt.UTC) if given else None

"""A person decides a discrepancy: its correction is posted, or it is put aside."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from console.components import Banner
from console.discrepancies.forms import CorrectionForm, DismissalForm
from console.discrepancies.rows import list_visible
from console.discrepancies.showing import figures_of, show
from console.refusals import refusal_banner
from console.rights import rights_of
from console.sending import sender_of
from core.errors import DomainError
from core.permissions import requires
from core.roles import Permission
from inventory.models import Discrepancy
from inventory.services import dismiss_discrepancy, post_correction
from inventory.states import DiscrepancyState

Command = Callable[..., Discrepancy]


@require_POST
@requires(Permission.ADJUST_STOCK)
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Set the ledger right by the difference."""
    form = CorrectionForm(request.POST, auto_id="correction-%s")
    return _decide(request, number, form, post_correction, "The correction is posted.")


@require_POST
@requires(Permission.ADJUST_STOCK)
def dismiss(request: HttpRequest, number: str) -> HttpResponse:
    """Put it aside: the ledger was right."""
    form = DismissalForm(request.POST, auto_id="dismissal-%s")
    return _decide(request, number, form, dismiss_discrepancy, "The difference is put aside.")


def _decide(
    request: HttpRequest, number: str, form: forms.Form, command: Command, done: str
) -> HttpResponse:
    """One service call, or the page with why not and what was chosen."""
    visible = list_visible(rights_of(request), Permission.ADJUST_STOCK)
    found = get_object_or_404(visible, number=number.upper())
    typed = {type(form): form}
    if not form.is_valid():
        return show(request, found, typed=typed, status=422)
    if found.state == DiscrepancyState.OPEN and form.cleaned_data["seen"] != figures_of(found):
        return show(request, found, typed=typed, banner=_COUNTED_AGAIN, status=409)
    try:
        command(discrepancy_id=found.pk, reason=form.cleaned_data["reason"], **sender_of(request))
    except DomainError as error:
        current = visible.get(pk=found.pk)
        banner = refusal_banner(error)
        return show(request, current, typed=typed, banner=banner, status=error.status)
    messages.success(request, done)
    return redirect("console:discrepancy", number=found.number)


_COUNTED_AGAIN = Banner(
    words="It was counted once more while you had it open. Look at the new figures, then decide.",
    tone="bad",
)

"""A person takes a rule for a difference: one click, by their right to it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from console.components import Banner
from console.mismatches.forms import DecisionForm
from console.mismatches.rows import list_visible, may_take
from console.mismatches.showing import show
from console.reader import Reader
from console.refusals import Stamp, refusal_banner
from console.rights import rights_of
from core.actors import Actor
from core.errors import BadInput, DomainError
from core.permissions import requires
from core.roles import Permission
from returns.models import Mismatch
from returns.services import decide_mismatch
from returns.states import MismatchState


@require_POST
@requires(Permission.DECIDE_MISMATCH)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """One service call, then the next one or the case; or the page with why not."""
    rights, reader = rights_of(request), Reader.of(request)
    found = get_object_or_404(list_visible(rights), number=number)
    form, sent = DecisionForm(request.POST), Stamp(request.POST)
    if not form.is_valid() or not sent.is_valid():
        banner = Banner(words="Choose what follows from it.", tone="bad")
        return show(request, found, form=form, banner=banner, status=422)
    data = form.cleaned_data
    if not may_take(data["rule"], rights):
        raise PermissionDenied(data["rule"])
    try:
        decided = decide_mismatch(
            mismatch_id=found.pk,
            version=sent.cleaned_data["version"],
            rule=data["rule"],
            reason=data["reason"],
            writes=data["writes"],
            actor=Actor.user(reader.user),
            op_id=sent.cleaned_data["op_id"] or uuid4(),
            now=reader.now,
        )
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return show(request, found, form=form, status=error.status)
    except DomainError as error:
        current = get_object_or_404(list_visible(rights), number=number)
        banner = refusal_banner(error)
        return show(request, current, form=form, banner=banner, status=error.status)
    messages.success(request, _say(decided))
    if request.POST.get("back") == "list":
        return redirect("console:mismatches")
    return redirect("console:mismatch", number=found.number)


def _say(decided: Mismatch) -> str:
    rule = decided.get_rule_display()
    if decided.is_put_up:
        return f"{rule}: put up for a second person’s approval."
    if decided.state == MismatchState.WAITING:
        return f"{rule}: it comes back here in a week."
    return f"{decided.get_kind_display()}: {rule.lower()}."

"""What is done about documents that wait: freed in a group, edited, sent again, discarded."""

from __future__ import annotations

from uuid import uuid5

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from console.components import Fact
from console.intake.drawing import badge_of, name_of, reason_of, title_of
from console.intake.letters import get_document
from console.intake.views import get_group, why_blocked
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import rights_of
from console.sending import operation_of, sender_of
from core.errors import NotPermitted
from core.permissions import requires
from core.roles import Permission
from intake import mining, services
from intake.grouping import list_of_group
from intake.models import ChannelDocument
from intake.services.groups import MOST_AT_ONCE
from intake.states import DocumentState

MENDS = Permission.REPLAY_INTAKE
LONGEST_EDIT = 2 * 1024 * 1024


class EditForm(forms.Form):
    """A document to be mended; it is tried by whoever sends it, and kept beside the original."""

    content = forms.CharField(
        label="Document",
        max_length=LONGEST_EDIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "payload-edit"}),
    )


class DiscardForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="Kept with the document. Nothing of it becomes an order.",
    )


@require_POST
@requires(MENDS)
@shows_refusals
def free(request: HttpRequest, code: str) -> HttpResponse:
    """Put a fix in place and send the group through again, as a job."""
    rights = rights_of(request)
    found = get_group(rights, code)
    waiting = list(list_of_group(rights.user, found)[:MOST_AT_ONCE])
    fix = mining.find_fix(waiting[: mining.MOST_TRIED], request.POST.get("fix", ""))
    if fix is None:
        raise Http404(code)
    if blocked := why_blocked(rights, fix):
        raise NotPermitted(blocked)
    job = services.start_freeing(
        channel_id=found.channel_id,
        document_ids=[document.pk for document in waiting],
        kind=fix.kind,
        says=fix.says,
        details=fix.details,
        **sender_of(request),
    )
    return redirect("console:job", public_id=job.public_id)


@requires(MENDS)
@shows_refusals
def discard_group(request: HttpRequest, code: str) -> HttpResponse:
    """Let a whole group go, each of its documents with the reason."""
    rights = rights_of(request)
    found = get_group(rights, code)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        who = sender_of(request)
        waiting = list(list_of_group(rights.user, found)[:MOST_AT_ONCE])
        for document in waiting:
            services.discard_document(
                document_id=document.pk,
                reason=form.cleaned_data["reason"],
                **{**who, "op_id": uuid5(who["op_id"], str(document.pk))},
            )
        messages.success(request, f"{len(waiting)} discarded. They are kept, with the reason.")
        return redirect("console:intake")
    return _ask_why(
        request,
        form,
        title=f"Discard {found.count} of “{title_of(found)}”",
        back_url=reverse("console:intake_group", args=[code]),
    )


@requires(MENDS)
@shows_refusals
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let one document go, with the reason."""
    found = get_document(rights_of(request), public_id, MENDS)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_document(
            document_id=found.pk, reason=form.cleaned_data["reason"], **sender_of(request)
        )
        messages.success(request, f"{name_of(found)} is discarded. It is kept, with the reason.")
        return redirect("console:intake_document", public_id=public_id)
    return _ask_why(
        request,
        form,
        title=f"Discard {name_of(found)}",
        back_url=reverse("console:intake_document", args=[public_id]),
    )


@require_POST
@requires(MENDS)
@shows_refusals
def replay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send one document through again as it is."""
    found = get_document(rights_of(request), public_id, MENDS)
    settled = services.replay_document(document_id=found.pk, **sender_of(request))
    _tell(request, settled)
    return redirect("console:intake_document", public_id=settled.public_id)


@never_cache
@requires(MENDS)
@shows_refusals
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mend a document and send the mended one through. To edit is to read it unmasked: recorded."""
    rights = rights_of(request)
    found = get_document(rights, public_id, MENDS)
    if Permission.READ_RAW_INTAKE not in rights:
        raise NotPermitted("Whoever edits a document reads it unmasked, and may not here.")
    if request.method == "POST":
        form = EditForm(request.POST)
        if form.is_valid():
            content = form.cleaned_data["content"].replace("\r\n", "\n").encode("utf-8", "replace")
            edited = services.edit_document(
                document_id=found.pk, content=content, **sender_of(request)
            )
            _tell(request, edited)
            return redirect("console:intake_document", public_id=edited.public_id)
    else:
        raw = services.read_raw(document_id=found.pk, why="edited", **sender_of(request))
        form = EditForm(initial={"content": raw.decode("utf-8", "replace")})
    context = {
        "form": form,
        "title": name_of(found),
        "badge": badge_of(found.state),
        "reason": reason_of(found, Reader.of(request)),
        "findings": [
            Fact(term=finding["field"] or "document", value=finding["message"])
            for finding in found.findings
        ],
        "op_id": operation_of(request),
        "back_url": reverse("console:intake_document", args=[public_id]),
    }
    return render(request, "console/intake/edit.html", context, status=422 if form.errors else 200)


def _ask_why(request: HttpRequest, form: DiscardForm, *, title: str, back_url: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": back_url,
        "op_id": operation_of(request),
    }
    status = 422 if form.errors else 200
    return render(request, "console/intake/discard.html", context, status=status)


def _tell(request: HttpRequest, document: ChannelDocument) -> None:
    state = document.get_state_display().lower()
    told = f"{name_of(document)} is {state}. {reason_of(document, Reader.of(request))}".strip()
    is_good = document.state in {DocumentState.ACCEPTED, DocumentState.DUPLICATE}
    (messages.success if is_good else messages.warning)(request, told)

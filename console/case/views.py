"""The case: one page that shows both sides, and one address for each thing to be done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.case.actions import find_verdict
from console.case.commands import COMMANDS, Command, Sent, say_first
from console.case.conflicts import draw_conflict
from console.case.drawing import draw_case
from console.case.record import CaseRecord, read_case, read_pulse
from console.case.timeline import GROUPS
from console.components import Action, Banner
from console.reader import Reader
from console.refusals import Stamp, View, refusal_banner, stamp
from console.rights import rights_of
from core.actors import Actor
from core.errors import BadInput, DomainError, StaleVersion
from core.permissions import requires
from core.roles import Permission

UNREADABLE = Banner(words="That form was not from this page. Nothing was changed.", tone="bad")


@require_GET
@requires(Permission.SEE_CASES)
def case(request: HttpRequest, number: str) -> HttpResponse:
    return show(request, read_case(number, rights_of(request)))


@require_GET
@requires(Permission.SEE_CASES)
def pulse(request: HttpRequest, number: str) -> HttpResponse:
    """The case anew if it changed since ``?seen=``, else nothing: 204 leaves the page alone."""
    rights = rights_of(request)
    if read_pulse(number, rights) == request.GET.get("seen"):
        return HttpResponse(status=204)
    return show(request, read_case(number, rights))


def command_view(command: Command) -> View:
    """The view of one command: asks on GET, carries out on POST."""

    @require_http_methods(["GET", "POST"])
    @requires(command.permission)
    def view(request: HttpRequest, number: str) -> HttpResponseBase:
        record = read_case(number, rights_of(request))
        if request.method == "GET":
            return ask(request, command, record, form_of(command, record=record))
        return carry_out(request, command, record)

    return view


COMMAND_VIEWS = {command.code: command_view(command) for command in COMMANDS}


def show(
    request: HttpRequest, record: CaseRecord, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page, or for htmx the parts that change."""
    rights, reader = rights_of(request), Reader.of(request)
    asked = request.GET.get("shows", "")
    shows = asked if asked in GROUPS else ""
    page = draw_case(record, reader=reader, rights=rights, shows=shows, **more)
    context = {
        "case": page,
        "dialogs": _draw_dialogs(record, request),
        "pulse_url": f"{reverse('console:case_pulse', args=[record.case.number])}"
        f"?seen={record.pulse}&shows={shows}",
        "next_case_url": f"{reverse('console:next_case')}?after={record.case.number}",
    }
    template = (
        "console/case/_swap.html" if request.headers.get("HX-Request") else "console/case.html"
    )
    return render(request, template, context, status=status)


def ask(
    request: HttpRequest,
    command: Command,
    record: CaseRecord,
    form: forms.Form,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page with the command's words and form; for htmx the form alone, in its open dialog."""
    dialog = _draw_dialog(command, record, form)
    if not request.headers.get("HX-Request"):
        # A page of its own holds no part of the case to swap.
        dialog["plain_action"] = replace(dialog["action"], swaps="")
        context = {"dialog": dialog, "number": record.case.number}
        return render(request, "console/case_command.html", context, status=status)
    answer = render(request, "console/case/_ask.html", {"dialog": dialog}, status=status)
    answer.headers["HX-Retarget"] = f"#{command.dialog}-form"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


def carry_out(request: HttpRequest, command: Command, record: CaseRecord) -> HttpResponse:
    """One service call, and then the case as it is now; or why not, with what was typed kept."""
    sent_stamp = Stamp(request.POST)
    form = form_of(command, request.POST, record=record)
    if not sent_stamp.is_valid():
        return show(request, record, status=400, banner=UNREADABLE)
    if not form.is_valid():
        return ask(request, command, record, form, status=422)
    reader = Reader.of(request)
    sent = Sent(
        record=record,
        data=form.cleaned_data,
        version=sent_stamp.cleaned_data["version"],
        actor=Actor.user(reader.user),
        op_id=sent_stamp.cleaned_data["op_id"],
        now=reader.now,
    )
    try:
        command.carry_out(sent)
    except StaleVersion:
        seen = sent_stamp.cleaned_data["seen"] or 0
        return _show_conflict(request, command, record.case.number, form=form, seen=seen)
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return ask(request, command, record, form, status=error.status)
    except DomainError as error:
        current = read_case(record.case.number, rights_of(request))
        return show(request, current, status=error.status, banner=refusal_banner(error))
    messages.success(request, command.done)
    if request.headers.get("HX-Request"):
        return show(request, read_case(record.case.number, rights_of(request)))
    return redirect("console:case", number=record.case.number)


def form_of(command: Command, data: Any = None, *, record: CaseRecord | None = None) -> forms.Form:
    """The command's form, with ids that no other dialog of the page has, fitted to the case."""
    form = command.form(data, auto_id=f"{command.code}-%s", use_required_attribute=False)
    if record is not None and hasattr(form, "fit"):
        form.fit(record)
    return form


def _show_conflict(
    request: HttpRequest, command: Command, number: str, *, form: forms.Form, seen: int
) -> HttpResponse:
    """Somebody was quicker: the case as it is now, who changed what, and what was typed."""
    record = read_case(number, rights_of(request))
    reapply = Action(
        label=f"{command.label} on the case as it is now",
        url=reverse(f"console:{command.url_name}", args=[record.case.number]),
        kind="primary",
        fields=stamp(version=record.case.version, seen=record.seen),
        swaps="case-body",
    )
    conflict = draw_conflict(record, Reader.of(request), form=form, seen=seen, reapply=reapply)
    return show(request, record, status=409, conflict=conflict)


def _draw_dialogs(record: CaseRecord, request: HttpRequest) -> list[dict[str, Any]]:
    """The dialogs behind the buttons of this person, one for each command that asks."""
    rights = rights_of(request)
    return [
        _draw_dialog(command, record, form_of(command, record=record))
        for command in COMMANDS
        if command.asks and command.permission in rights
        if find_verdict(command.code, record, rights)
    ]


def _draw_dialog(command: Command, record: CaseRecord, form: forms.Form) -> dict[str, Any]:
    return {
        "id": command.dialog,
        "title": command.label,
        "words": say_first(command, record),
        "form": form,
        "action": Action(
            label=command.label,
            url=reverse(f"console:{command.url_name}", args=[record.case.number]),
            kind="danger" if command.kind == "danger" else "primary",
            fields=stamp(version=record.case.version, seen=record.seen),
            swaps="case-body",
        ),
    }

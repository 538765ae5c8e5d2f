"""The board of holds, one hold by itself, and what is done about one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from console.case.commands import Command, Sent
from console.case.conflicts import draw_conflict
from console.case.record import read_case
from console.case.views import form_of
from console.components import Action
from console.holds.board import Board
from console.holds.commands import COMMANDS, Asked, read_asked
from console.holds.panel import draw_panel
from console.holds.rows import Onlooker, list_exchange_lines
from console.holds.tabs import TAB_OF_CODE, list_visible_holds
from console.reader import Reader
from console.refusals import Stamp, View, refusal_banner, refused, stamp
from console.rights import rights_of
from core import clock
from core.actors import Actor
from core.errors import BadInput, DomainError, StaleVersion
from core.permissions import requires
from core.roles import Permission
from inventory.models import Reservation

DIALOG = "hold-dialog"


@require_GET
@requires(Permission.SEE_STOCK)
def holds(request: HttpRequest, tab: str = "ending") -> HttpResponse:
    if tab not in TAB_OF_CODE:
        raise Http404(tab)
    board = Board(
        tab=TAB_OF_CODE[tab],
        query=request.GET,
        rights=rights_of(request),
        reader=Reader.of(request),
    )
    return render(request, "console/holds.html", {"board": board.draw(), "filter_form": board.form})


@require_GET
@requires(Permission.SEE_STOCK)
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """A hold by itself; for htmx the panel beside the board."""
    rights = rights_of(request)
    shown = get_object_or_404(list_visible_holds(rights), number=number)
    on_board = request.headers.get("HX-Target") == "hold-panel"
    back = _way_back(request.GET, shown)
    onlooker = Onlooker(
        reader=Reader.of(request), rights=rights, as_of=clock.database_now(), back=back
    )
    template = "console/holds/_panel.html" if on_board else "console/hold.html"
    context = {
        "panel": draw_panel(shown, onlooker, on_board=on_board),
        "takes_focus": "focus" in request.GET,
    }
    return render(request, template, context)


def command_view(command: Command) -> View:
    """The view of one command: asks on GET, carries out on POST."""

    @require_http_methods(["GET", "POST"])
    @requires(command.permission)
    def view(request: HttpRequest, number: str) -> HttpResponseBase:
        rights = rights_of(request)
        shown = get_object_or_404(list_visible_holds(rights), number=number)
        line = list_exchange_lines([shown.reference]).get(shown.reference)
        if line is None:
            raise Http404(number)
        asked = read_asked(shown, line, command, rights)
        if request.method == "GET":
            return ask(request, asked, form_of(command))
        return carry_out(request, asked)

    return view


COMMAND_VIEWS = {code: command_view(command) for code, command in COMMANDS.items()}


def ask(
    request: HttpRequest, asked: Asked, form: forms.Form, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The command's words and form: in the open dialog of the board, else as a page."""
    command, sent = asked.command, request.POST or request.GET
    back = _way_back(sent, asked.hold)
    action = Action(
        label=command.label,
        url=request.get_full_path(),
        kind="danger" if command.kind == "danger" else "primary",
        fields=_stamp(asked, back),
        swaps="holds" if _is_on_board(request) else "",
    )
    context = {
        "dialog": {
            "id": DIALOG,
            "title": f"{command.label}: {asked.hold.number}",
            "words": command.says,
            "form": form,
            "action": action,
        },
        "reasons": asked.verdict.reasons,
        "back_url": back,
        "number": asked.hold.number,
    } | more
    if not _is_on_board(request):
        return render(request, "console/hold_command.html", context, status=status)
    return _in_dialog(render(request, "console/holds/_ask.html", context, status=status))


def carry_out(request: HttpRequest, asked: Asked) -> HttpResponse:
    """One service call, and then the board as it is now; or why not, with what was typed kept."""
    sent_stamp = Stamp(request.POST)
    form = form_of(asked.command, request.POST)
    if not sent_stamp.is_valid():
        return refused(request, BadInput("That form was not from this page."))
    if not form.is_valid():
        return ask(request, asked, form, status=422)
    reader = Reader.of(request)
    sent = Sent(
        record=asked.record,
        data=form.cleaned_data,
        version=sent_stamp.cleaned_data["version"],
        actor=Actor.user(reader.user),
        op_id=sent_stamp.cleaned_data["op_id"],
        now=reader.now,
    )
    try:
        asked.verdict.require("Nothing was changed.")
        asked.command.carry_out(sent)
    except StaleVersion:
        return _show_conflict(request, asked, form, seen=sent_stamp.cleaned_data["seen"] or 0)
    except DomainError as error:
        return ask(request, asked, form, status=error.status, banner=refusal_banner(error))
    messages.success(request, asked.command.done)
    return _answer(request, asked.hold)


def _answer(request: HttpRequest, dealt_with: Reservation) -> HttpResponse:
    """The board in the view and with the filters that the form was sent from."""
    back = _way_back(request.POST, dealt_with)
    if not _is_on_board(request):
        return redirect(back)
    address = urlsplit(back)
    try:
        tab = resolve(address.path).kwargs.get("tab", "ending")
    except Resolver404:
        tab = "ending"
    board = Board(
        tab=TAB_OF_CODE.get(tab, TAB_OF_CODE["ending"]),
        query=QueryDict(address.query),
        rights=rights_of(request),
        reader=Reader.of(request),
        resumes=dealt_with,
    )
    return render(request, "console/holds/_swap.html", {"board": board.draw()})


def _show_conflict(
    request: HttpRequest, asked: Asked, form: forms.Form, *, seen: int
) -> HttpResponse:
    """Somebody was quicker: who changed what, what was typed, and the way to do it even so."""
    record = read_case(asked.record.case.number, rights_of(request))
    current = replace(asked, record=record)
    reapply = Action(
        label=f"{asked.command.label} on the case as it is now",
        url=request.get_full_path(),
        kind="primary",
        fields=_stamp(current, _way_back(request.POST, asked.hold)),
        swaps="holds" if _is_on_board(request) else "",
    )
    conflict = draw_conflict(record, Reader.of(request), form=form, seen=seen, reapply=reapply)
    return ask(request, current, form, status=409, conflict=conflict)


def _stamp(asked: Asked, back: str) -> dict[str, str]:
    return stamp(version=asked.record.case.version, seen=asked.record.seen) | {"back": back}


def _is_on_board(request: HttpRequest) -> bool:
    return request.headers.get("HX-Target") in {DIALOG, "holds"}


def _in_dialog(answer: HttpResponse) -> HttpResponse:
    answer.headers["HX-Retarget"] = f"#{DIALOG}"
    answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _way_back(sent: QueryDict, shown: Reservation) -> str:
    """Only back into this desk: an address from outside would be an open door."""
    back = sent.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("console:hold", args=[shown.number])

"""The comparison on the case's page, and the yes to one of its outcomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from console.case.record import CaseRecord, read_case
from console.components import Action, Banner
from console.options.drawing import (
    TITLES,
    draw_options,
    fields_to_take,
    may_take,
    moves_nothing,
    say_option,
)
from console.options.forms import AskedForm, PlainTakeForm, TakeForm
from console.reader import Reader
from console.refusals import Stamp, refusal_banner, stamp
from console.rights import rights_of
from core.actors import Actor
from core.errors import BadInput, DomainError, StaleVersion
from core.permissions import requires
from core.roles import Permission
from exchanges import queries, services
from exchanges.rules import Comparison, Option, OptionKind, WantedReplacement

CHANGED = "It comes to something else by now, so nothing was done. This is how it is:"
UNREADABLE = "That form was not from this page. Nothing was changed."


@require_GET
@requires(Permission.SEE_CASES)
def options(request: HttpRequest, number: str) -> HttpResponse:
    """A page of its own, for htmx the panel alone."""
    record = read_case(number, rights_of(request))
    asked = AskedForm(request.GET)
    if not asked.is_valid():
        words = " ".join(str(error) for errors in asked.errors.values() for error in errors)
        return _show(request, record, banner=Banner(words=words, tone="bad"), status=422)
    try:
        found = queries.list_options(
            record.case,
            now=Reader.of(request).now,
            sku=asked.cleaned_data["sku"].strip(),
            rate=asked.rate(),
        )
    except BadInput as error:
        return _show(request, record, banner=refusal_banner(error), status=422)
    return _show(request, record, found=found)


@require_http_methods(["GET", "POST"])
@requires(Permission.OPEN_CASE)
def take(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """Says once more what it comes to and asks why; carries it out on POST."""
    if kind not in tuple(OptionKind):
        raise Http404("There is no such outcome.")
    record = read_case(number, rights_of(request))
    if request.method == "GET":
        return _ask(request, record, OptionKind(kind))
    return _carry_out(request, record, OptionKind(kind))


def _ask(request: HttpRequest, record: CaseRecord, kind: OptionKind) -> HttpResponse:
    try:
        goods, rate = _read_asked(request)
        option = _weigh(request, record, kind, goods, rate)
    except BadInput:
        return _show(request, record, banner=Banner(words=UNREADABLE, tone="bad"), status=400)
    if not may_take(option, record, rights_of(request)):
        raise PermissionDenied(Permission.CANCEL_CASE)
    if not option.is_allowed:
        words = " ".join(option.reasons) or "The case does that already."
        return _show(request, record, banner=Banner(words=words, tone="bad"), status=409)
    return _draw_form(request, record, option, TakeForm(initial=fields_to_take(option)))


def _carry_out(request: HttpRequest, record: CaseRecord, kind: OptionKind) -> HttpResponse:
    sent = Stamp(request.POST)
    loose = PlainTakeForm(request.POST)
    if not sent.is_valid() or not loose.is_valid():
        return _show(request, record, banner=Banner(words=UNREADABLE, tone="bad"), status=400)
    said = loose.cleaned_data
    reader = Reader.of(request)
    if record.case.version == sent.cleaned_data["version"]:
        try:
            option = _weigh(request, record, kind, said["goods"], said["rate"])
        except BadInput as error:
            return _show(request, record, banner=refusal_banner(error), status=error.status)
        if not may_take(option, record, rights_of(request)):
            raise PermissionDenied(Permission.CANCEL_CASE)
        if option.customer != said["customer"]:
            return _show(request, record, banner=Banner(words=CHANGED, tone="warn"), status=409)
        strict = TakeForm(request.POST)
        if not moves_nothing(option, record) and not strict.is_valid():
            return _draw_form(request, record, option, strict, status=422)
    try:
        services.take_option(
            return_id=record.case.pk,
            version=sent.cleaned_data["version"],
            kind=kind,
            reason=said["reason"],
            replacements=said["goods"],
            rate=said["rate"],
            actor=Actor.user(reader.user),
            op_id=sent.cleaned_data["op_id"],
            now=reader.now,
        )
    except StaleVersion as error:
        current = read_case(record.case.number, rights_of(request))
        return _show(request, current, banner=refusal_banner(error), status=409)
    except DomainError as error:
        current = read_case(record.case.number, rights_of(request))
        return _show(request, current, banner=refusal_banner(error), status=error.status)
    messages.success(request, f"{TITLES[kind]}: taken.")
    return redirect("console:case", number=record.case.number)


def _read_asked(request: HttpRequest) -> tuple[list[WantedReplacement], Decimal | None]:
    form = PlainTakeForm(request.GET)
    if not form.is_valid():
        raise BadInput(UNREADABLE, field="goods")
    return form.cleaned_data["goods"], form.cleaned_data["rate"]


def _weigh(
    request: HttpRequest,
    record: CaseRecord,
    kind: OptionKind,
    goods: list[WantedReplacement],
    rate: Decimal | None,
) -> Option:
    """The outcome with just these goods, as it comes to now."""
    return queries.weigh_named(
        record.case, kind, now=Reader.of(request).now, wanted=goods, rate=rate
    )


def _draw_form(
    request: HttpRequest, record: CaseRecord, option: Option, form: Any, *, status: int = 200
) -> HttpResponse:
    number = record.case.number
    dialog = {
        "id": "take-option",
        "title": TITLES[option.kind],
        "words": say_option(option, Reader.of(request)),
        "form": form,
        "plain_action": Action(
            label=f"Take: {TITLES[option.kind].lower()}",
            url=reverse("console:take_option", args=[number, option.kind.value]),
            kind="primary",
            fields=stamp(version=record.case.version, seen=record.seen),
        ),
    }
    context = {"dialog": dialog, "number": number}
    return render(request, "console/case_command.html", context, status=status)


def _show(
    request: HttpRequest,
    record: CaseRecord,
    *,
    found: Comparison | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = Reader.of(request)
    found = found or queries.list_options(record.case, now=reader.now)
    page = draw_options(
        record,
        found,
        reader,
        rights_of(request),
        sku=request.GET.get("sku", ""),
        percent=request.GET.get("percent", ""),
        banner=banner,
    )
    is_part = request.headers.get("HX-Request")
    template = "console/options/_panel.html" if is_part else "console/options.html"
    return render(request, template, {"options": page}, status=status)

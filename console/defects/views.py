"""The pages of defects."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.components import Pager
from console.defects.deciding import DECISIONS, Decision
from console.defects.drawing import draw_defects
from console.defects.forms import LogForm, PatternForm
from console.defects.pattern_drawing import draw_pattern, say_concerned
from console.reader import Reader
from console.refusals import Once, shows_refusals
from console.rights import rights_of
from core.actors import Actor
from core.errors import DomainError
from core.models import Job
from core.permissions import partners_granting, requires
from core.roles import Permission
from inventory.models import Variant
from returns.models import DefectPattern, DefectType
from returns.queries.radar import get_pattern, list_concerned, list_reports
from returns.services import stop_lot, write_pattern

PER_PAGE = 50


@require_GET
@requires(Permission.SEE_CASES)
def defects(request: HttpRequest) -> HttpResponse:
    """The log with what stands out of it."""
    reader = Reader.of(request)
    form = LogForm(request.GET, types=_types(reader, Permission.SEE_CASES))
    asked = form.cleaned_data if form.is_valid() else {}
    reports = list_reports(
        user=reader.user,
        text=asked.get("q", ""),
        defect_type=asked.get("type", ""),
        warranty=asked.get("warranty", ""),
    )
    shown = Paginator(reports, PER_PAGE).get_page(request.GET.get("page"))
    page = draw_defects(
        list(shown),
        form=form,
        pager=_pager(request, shown),
        reader=reader,
        rights=rights_of(request),
    )
    return render(request, "console/defects.html", {"page": page})


@require_GET
@requires(Permission.SEE_CASES)
def defect_pattern(request: HttpRequest, public_id: str) -> HttpResponse:
    pattern = _get(request, public_id)
    page = draw_pattern(pattern, Reader.of(request), rights_of(request))
    return render(request, "console/defect_pattern.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires(Permission.DECIDE_CASE)
def new_defect_pattern(request: HttpRequest) -> HttpResponseBase:
    """A person knows of a defect before the figures do."""
    reader = Reader.of(request)
    types = _types(reader, Permission.DECIDE_CASE)
    form = PatternForm(request.POST or None, types=types)
    once = Once(request.POST)
    if request.method == "POST" and once.is_valid() and form.is_valid():
        pattern = _write(form, once, reader, types)
        if pattern:
            messages.success(request, "The pattern is known from now on.")
            return redirect("console:defect_pattern", public_id=pattern.public_id)
    context = {"form": form, "op_id": request.POST.get("op_id") or uuid4()}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/defects/new_pattern.html", context, status=status)


def _write(
    form: forms.Form, once: forms.Form, reader: Reader, types: list[DefectType]
) -> DefectPattern | None:
    said = dict(form.cleaned_data)
    sku, code = said.pop("sku"), said.pop("defect_type")
    variant = Variant.objects.visible_to(reader.user, Permission.DECIDE_CASE).filter(sku=sku)
    found = variant.first()
    if found is None:
        form.add_error("sku", "There is no such SKU.")
        return None
    kind = next(
        (each for each in types if each.code == code and each.partner_id == found.partner_id), None
    )
    try:
        return write_pattern(
            partner_id=found.partner_id,
            variant_id=found.pk,
            defect_type_id=kind.pk if kind else None,
            actor=Actor.user(reader.user),
            op_id=once.cleaned_data["op_id"],
            now=reader.now,
            **said,
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return None


@require_http_methods(["GET", "POST"])
@requires(Permission.DECIDE_CASE)
def defect_pattern_decision(request: HttpRequest, public_id: str, what: str) -> HttpResponseBase:
    """Confirm, dismiss or retire it, with why; or write to whom it concerns, after a dry run."""
    pattern, decision = _get(request, public_id), DECISIONS.get(what)
    if decision is None:
        raise Http404(what)
    form = decision.form_for(pattern, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _ask(request, pattern, decision, form)
    once = Once(request.POST)
    if not (once.is_valid() and form.is_valid()):
        return _ask(request, pattern, decision, form, status=422)
    reader = Reader.of(request)
    try:
        done = decision.carry_out(
            pattern_id=pattern.pk,
            actor=Actor.user(reader.user),
            op_id=once.cleaned_data["op_id"],
            now=reader.now,
            **form.cleaned_data,
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return _ask(request, pattern, decision, form, status=error.status)
    messages.success(request, decision.done)
    if isinstance(done, Job):
        return redirect("console:job", public_id=done.public_id)
    return redirect("console:defect_pattern", public_id=public_id)


@require_POST
@requires(Permission.DECIDE_CASE)
@shows_refusals
def defect_pattern_stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """The lot is not sent as a replacement any more."""
    pattern, once = _get(request, public_id), Once(request.POST)
    if not once.is_valid():
        raise Http404(public_id)
    reader = Reader.of(request)
    stop_lot(
        pattern_id=pattern.pk,
        actor=Actor.user(reader.user),
        op_id=once.cleaned_data["op_id"],
        now=reader.now,
    )
    messages.success(request, f"Lot {pattern.lot} is not sent any more.")
    return redirect("console:defect_pattern", public_id=public_id)


def _ask(
    request: HttpRequest,
    pattern: DefectPattern,
    decision: Decision,
    form: Any,
    *,
    status: int = 200,
) -> HttpResponse:
    words = decision.says
    if decision.is_dry_run:
        words = f"{say_concerned(list_concerned(pattern, now=Reader.of(request).now))} {words}"
    context = {
        "pattern": pattern,
        "decision": decision,
        "words": words,
        "form": form,
        "op_id": uuid4(),
        "action_url": request.path,
    }
    return render(request, "console/defects/decision.html", context, status=status)


def _get(request: HttpRequest, public_id: str) -> DefectPattern:
    try:
        return get_pattern(public_id=public_id, user=Reader.of(request).user)
    except DefectPattern.DoesNotExist as error:
        raise Http404(public_id) from error


def _types(reader: Reader, permission: Permission) -> list[DefectType]:
    own = partners_granting(reader.user, permission)
    return list(DefectType.objects.filter(partner__in=own, is_active=True).order_by("name"))


def _pager(request: HttpRequest, shown: Any) -> Pager:
    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"{reverse('console:defects')}?{query.urlencode()}#log"

    return Pager(
        shown=f"{shown.start_index()} to {shown.end_index()} of {shown.paginator.count}",
        previous_url=address(shown.previous_page_number()) if shown.has_previous() else "",
        next_url=address(shown.next_page_number()) if shown.has_next() else "",
    )

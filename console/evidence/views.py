"""Evidence over HTTP: who may not see a photo learns not even that there is one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from console.case.record import read_case
from console.case.views import show
from console.components import Banner
from console.evidence.drawing import draw_photo
from console.evidence.forms import DefectForm
from console.reader import Reader
from console.refusals import Once, Stamp, refusal_banner
from console.rights import rights_of
from core.actors import Actor
from core.documents import DocumentErased
from core.errors import BadInput, DomainError
from core.permissions import requires
from core.pictures.cleaning import CONTENT_TYPE
from core.roles import Permission
from returns.models import DefectReport, Evidence, ReturnLine
from returns.photos import read_photo
from returns.queries.defects import list_types
from returns.queries.evidence import get_evidence
from returns.services import ask_for_evidence, remove_evidence, report_defect
from returns.taking import Taken, read_op_id, take_photos

# Pixels and nothing else, whatever a browser might make of them.
NOTHING_RUNS = "sandbox; default-src 'none'"


@require_GET
@requires(Permission.SEE_CASES)
def photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """One photo, with those beside it. Keys: left, right, Escape."""
    evidence = _get(request, public_id)
    line = evidence.return_line
    siblings = (
        list(line.evidence.filter(removed_at__isnull=True).order_by("pk")) if line else [evidence]
    )
    page = draw_photo(evidence, siblings, Reader.of(request), rights_of(request))
    return render(request, "console/evidence/photo.html", {"page": page})


@require_GET
@requires(Permission.SEE_CASES)
def photo_file(request: HttpRequest, public_id: str, *, is_small: bool = False) -> HttpResponse:
    """The pixels. Type and name are ours; nobody keeps a copy on the way."""
    evidence = _get(request, public_id)
    try:
        pixels = read_photo(evidence, is_small=is_small)
    except (DocumentErased, FileNotFoundError) as error:
        raise Http404(public_id) from error
    return as_photo(pixels, evidence.public_id)


def as_photo(pixels: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(pixels, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.jpg"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = NOTHING_RUNS
    answer["Cache-Control"] = "private, no-store"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@require_POST
@requires(Permission.OPEN_CASE)
def photo_removal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a photo away: nobody can read it any more."""
    evidence, once = _get(request, public_id), Once(request.POST)
    if not once.is_valid():
        raise Http404(public_id)
    reader = Reader.of(request)
    remove_evidence(
        evidence_id=evidence.pk,
        actor=Actor.user(reader.user),
        op_id=once.cleaned_data["op_id"],
        now=reader.now,
    )
    messages.success(request, "The photo is gone.")
    line = evidence.return_line
    if line is None:
        return redirect("console:queue")
    return redirect(f"{reverse('console:case', args=[line.return_case.number])}#evidence")


@require_POST
@requires(Permission.OPEN_CASE)
def case_evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Photos for one line of the case, by drop, paste, file chooser or camera."""
    record = read_case(number, rights_of(request))
    line = next((each for each in record.lines if str(each.pk) == request.POST.get("line")), None)
    if line is None:
        return show(request, record, status=422, banner=_bad("Choose which goods they show."))
    reader = Reader.of(request)
    taken = take_photos(
        request.FILES.getlist("photos"),
        order_line_id=line.order_line_id,
        return_line_id=line.pk,
        actor=Actor.user(reader.user),
        op_id=read_op_id(request.POST),
        now=reader.now,
    )
    status = 200 if taken.kept else 422
    fresh = read_case(number, rights_of(request))
    if request.headers.get("HX-Request") or taken.refused or not taken.kept:
        return show(request, fresh, status=status, banner=say(taken))
    return redirect(f"{reverse('console:case', args=[number])}#evidence")


def say(taken: Taken) -> Banner | None:
    """What became of the files, where it is not plain to see."""
    if taken.refused:
        kept = f"{len(taken.kept)} added. " if taken.kept else ""
        return _bad(f"{kept}Not added: {' '.join(taken.refused)}")
    return None if taken.kept else _bad("Choose a photo first.")


@require_POST
@requires(Permission.OPEN_CASE)
def case_evidence_request(request: HttpRequest, number: str) -> HttpResponse:
    """Send the customer a link to a page for their phone."""
    record, sent = read_case(number, rights_of(request)), Stamp(request.POST)
    if not sent.is_valid():
        return show(request, record, status=400, banner=_bad("Load the page again."))
    reader = Reader.of(request)
    try:
        ask_for_evidence(
            return_id=record.case.pk,
            version=sent.cleaned_data["version"],
            address=request.build_absolute_uri(reverse("portal:photos")),
            actor=Actor.user(reader.user),
            op_id=sent.cleaned_data["op_id"],
            now=reader.now,
        )
    except DomainError as error:
        fresh = read_case(number, rights_of(request))
        return show(request, fresh, status=error.status, banner=refusal_banner(error))
    messages.success(request, "The customer is asked for photos by e-mail.")
    return redirect("console:case", number=number)


@require_http_methods(["GET", "POST"])
@requires(Permission.OPEN_CASE)
def case_defect(request: HttpRequest, number: str, position: int) -> HttpResponseBase:
    """Say what is wrong with one line, or say it better."""
    record = read_case(number, rights_of(request))
    line = next((each for each in record.lines if each.position == position), None)
    if line is None:
        raise Http404(number)
    report = DefectReport.objects.filter(return_line=line).select_related("defect_type").first()
    if request.method == "GET":
        return _ask_defect(request, record, line, _form_for(line, initial=_said(report)))
    sent, form = Stamp(request.POST), _form_for(line, request.POST)
    if not (sent.is_valid() and form.is_valid()):
        return _ask_defect(request, record, line, form, status=422)
    reader = Reader.of(request)
    try:
        report_defect(
            return_line_id=line.pk,
            version=sent.cleaned_data["version"],
            actor=Actor.user(reader.user),
            op_id=sent.cleaned_data["op_id"],
            now=reader.now,
            **form.cleaned_data,
        )
    except BadInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _ask_defect(request, record, line, form, status=error.status)
    except DomainError as error:
        form.add_error(None, error.message)
        return _ask_defect(request, record, line, form, status=error.status)
    messages.success(request, "The defect is written down.")
    return redirect(f"{reverse('console:case', args=[number])}#evidence")


def _ask_defect(
    request: HttpRequest, record: Any, line: ReturnLine, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    context = {
        "number": record.case.number,
        "goods": line.order_line.title,
        "form": form,
        "version": record.case.version,
        "op_id": uuid4(),
        "action_url": request.path,
    }
    return render(request, "console/evidence/defect.html", context, status=status)


def _form_for(line: ReturnLine, data: Any = None, *, initial: Any = None) -> DefectForm:
    variant = line.order_line.variant
    category = variant.product.category if variant else ""
    types = list_types(partner_id=line.partner_id, category=category)
    return DefectForm(data, initial=initial, types=types)


def _said(report: DefectReport | None) -> dict[str, str]:
    if report is None:
        return {}
    return {
        "defect_type": report.defect_type.code if report.defect_type else "",
        "symptom": report.symptom,
        "serial": report.serial,
    }


def _get(request: HttpRequest, public_id: str) -> Evidence:
    try:
        return get_evidence(public_id=public_id, user=Reader.of(request).user)
    except Evidence.DoesNotExist as error:
        raise Http404(public_id) from error


def _bad(words: str) -> Banner:
    return Banner(words=words, tone="bad")

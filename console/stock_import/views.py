"""Stock import: upload, dry run, start. What happens then is on the job's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from console.downloads import csv_answer
from console.reader import Reader
from console.refusals import shows_refusals
from console.rights import rights_of
from console.sending import sender_of
from console.stock_import.drawing import HEADER, draw_dry_run, list_report
from console.stock_import.forms import UploadForm
from core import clock
from core.models import EncryptedDocument, Partner
from core.permissions import partners_granting, requires
from core.roles import Permission
from inventory.imports import (
    FileRefused,
    ImportMode,
    ImportPlan,
    find_last_import,
    plan_stored_file,
    start_stock_import,
    store_stock_file,
)
from inventory.imports.running import KIND

MAY = Permission.ADJUST_STOCK


@requires(MAY)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; sending it leads to its dry run."""
    partners = _list_partners(request)
    if request.method != "POST":
        return _ask(request, UploadForm(partners=partners))
    form = UploadForm(request.POST, request.FILES, partners=partners)
    if not form.is_valid():
        return _ask(request, form, status=422)
    try:
        document = store_stock_file(
            partner_id=form.cleaned_data["partner"],
            content=form.cleaned_data["file"],
            now=clock.now(),
        )
    except FileRefused as error:
        form.add_error("file", " ".join(each.message for each in error.errors))
        return _ask(request, form, status=error.status)
    return redirect(
        "console:stock_import_dry_run", sha256=document.sha256, mode=form.cleaned_data["mode"]
    )


@requires(MAY)
@shows_refusals
def dry_run(request: HttpRequest, sha256: str, mode: str) -> HttpResponse:
    """Per line what would change and what is refused. Writes nothing."""
    document, plan = _plan(request, sha256, mode)
    last = find_last_import(partner_id=document.partner_id, sha256=sha256, mode=plan.mode)
    taken = Reader.of(request).moment(last.ended_at) if last and last.ended_at else ""
    page = draw_dry_run(plan, taken_before=taken)
    return render(request, "console/stock_import_dry_run.html", {"dry_run": page})


@requires(MAY)
@shows_refusals
def report(request: HttpRequest, sha256: str, mode: str) -> HttpResponse:
    """The dry run as a table to take along."""
    _, plan = _plan(request, sha256, mode)
    header = HEADER if plan.is_good else ("line", "column", "what is wrong")
    return csv_answer(f"stock-import-{sha256[:12]}.csv", header, list_report(plan))


@require_POST
@requires(MAY)
@shows_refusals
def start(request: HttpRequest, sha256: str, mode: str) -> HttpResponse:
    """Take the file as a job."""
    document = _get_document(request, sha256)
    job = start_stock_import(
        partner_id=document.partner_id,
        document_id=document.pk,
        mode=_mode(mode),
        **sender_of(request),
    )
    return redirect("console:job", public_id=job.public_id)


def _ask(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    return render(request, "console/stock_import.html", {"form": form}, status=status)


def _plan(request: HttpRequest, sha256: str, mode: str) -> tuple[EncryptedDocument, ImportPlan]:
    document = _get_document(request, sha256)
    plan = plan_stored_file(
        partner_id=document.partner_id, document_id=document.pk, mode=_mode(mode)
    )
    return document, plan


def _get_document(request: HttpRequest, sha256: str) -> EncryptedDocument:
    """The file as it was last sent by somebody of the same partner."""
    documents = EncryptedDocument.objects.visible_to(rights_of(request).user, MAY)
    found: EncryptedDocument | None = (
        documents.filter(kind=KIND, sha256=sha256).order_by("-pk").first()
    )
    if found is None:
        raise Http404(sha256)
    return found


def _mode(word: str) -> ImportMode:
    try:
        return ImportMode(word)
    except ValueError as error:
        raise Http404(word) from error


def _list_partners(request: HttpRequest) -> list[Partner]:
    ids = partners_granting(rights_of(request).user, MAY)
    return list(Partner.objects.filter(pk__in=ids).order_by("name"))

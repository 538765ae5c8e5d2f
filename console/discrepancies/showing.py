"""The page of one discrepancy, with what this person may decide about it."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.components import Banner
from console.discrepancies.drawing import draw_discrepancy
from console.discrepancies.forms import CorrectionForm, DismissalForm
from console.discrepancies.page import Question
from console.discrepancies.record import DiscrepancyRecord, read_record
from console.reader import Reader
from console.rights import Rights, rights_of
from console.sending import operation_of
from core.roles import Permission
from inventory.models import Discrepancy


def show(
    request: HttpRequest,
    found: Discrepancy,
    *,
    typed: Mapping[type[forms.Form], forms.Form] | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    """`typed` are the forms that came in and were not carried out."""
    record = read_record(found)
    questions = list_questions(record, rights_of(request), typed or {}, operation_of(request))
    page = draw_discrepancy(record, Reader.of(request), questions=questions, banner=banner)
    return render(request, "console/discrepancy.html", {"discrepancy": page}, status=status)


def list_questions(
    record: DiscrepancyRecord,
    rights: Rights,
    typed: Mapping[type[forms.Form], forms.Form],
    op_id: str,
) -> list[Question]:
    """To correct and to put aside, for whoever may adjust stock, while it is open."""
    if not record.is_open or Permission.ADJUST_STOCK not in rights:
        return []
    number = record.discrepancy.number
    hidden = {"op_id": op_id, "seen": figures_of(record.discrepancy)}
    return [
        Question(
            label="Post the correction",
            says="The ledger gets a line with your name and the reason. Nothing is overwritten.",
            url=reverse("console:discrepancy_correction", args=[number]),
            form=typed.get(CorrectionForm) or CorrectionForm(auto_id="correction-%s"),
            fields=hidden,
            blocked_because=_blocked(record),
        ),
        Question(
            label="Dismiss",
            says="Nothing in the books changes, and what was kept back because of it is free "
            "again.",
            url=reverse("console:discrepancy_dismissal", args=[number]),
            form=typed.get(DismissalForm) or DismissalForm(auto_id="dismissal-%s"),
            fields=hidden,
            kind="secondary",
        ),
    ]


def figures_of(discrepancy: Discrepancy) -> str:
    """Both figures as they were on the screen."""
    return f"{discrepancy.expected}:{discrepancy.counted}"


def _blocked(record: DiscrepancyRecord) -> str:
    if record.proposal and record.proposal.uncovered:
        return f"{record.proposal.uncovered} of the missing units are promised for good."
    return ""

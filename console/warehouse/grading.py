"""Grading what was counted: what was chosen per row, and what the grade suggests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from console.warehouse.page import RadioChoice
from returns.models import ReceiptLine, Return
from returns.queries import list_ungraded
from returns.rules import InspectedLine, Suggestion, UngradedLine, can_dispose, suggest_outcome
from returns.states import OUR_FAULT, DispositionKind, Grade

WORDS_OF_GRADE = {
    Grade.A: "as new",
    Grade.B: "opened",
    Grade.C: "marks",
    Grade.D: "broken",
}
GOES_TO = {
    DispositionKind.RESTOCK: "back on sale at once",
    DispositionKind.QUALITY_REJECT: "quarantine, out of every channel’s reach",
    DispositionKind.REFURBISH: "quarantine until it is put right",
    DispositionKind.RETURN_TO_VENDOR: "quarantine until it is collected",
    DispositionKind.SCRAP: "written off",
    DispositionKind.RETURN_TO_CUSTOMER: "it stays theirs",
}


class RowForm(forms.Form):
    """What is typed about a row; its radio buttons are drawn by hand."""

    use_required_attribute = False

    quantity = forms.TypedChoiceField(coerce=int)
    note = forms.CharField(required=False, max_length=500)

    def __init__(self, *args: Any, ungraded: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quantity: Any = self.fields["quantity"]
        quantity.choices = [(units, f"{units} of {ungraded}") for units in range(1, ungraded + 1)]
        self.initial.setdefault("quantity", ungraded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One row and what is chosen for it. Nothing counts until a grade is."""

    row: ReceiptLine
    ungraded: UngradedLine
    form: RowForm
    grade: str = ""
    is_accepted: bool | None = None
    disposition: str = ""
    suggestion: Suggestion | None = None

    @property
    def prefix(self) -> str:
        return f"row-{self.row.pk}"

    @property
    def suggested(self) -> str:
        """What a hidden field remembers, to tell a choice of the worker's from our own."""
        return _packed(self.suggestion) if self.suggestion else ""

    @property
    def inspected(self) -> InspectedLine | None:
        """The grade to book, once there is one and the form is valid."""
        if not self.grade or self.is_accepted is None or not self.form.is_valid():
            return None
        return InspectedLine(
            receipt_line_id=self.row.pk,
            quantity=self.form.cleaned_data["quantity"],
            grade=self.grade,
            is_accepted=self.is_accepted,
            disposition=self.disposition,
            note=self.form.cleaned_data["note"],
        )

    @property
    def finishes_row(self) -> bool:
        return self.inspected is not None and self.inspected.quantity == self.ungraded.quantity


def read_grading(case: Return, data: QueryDict | None, *, as_sent: bool = False) -> list[Graded]:
    """Every ungraded row with what was chosen for it, the rest as its grade suggests.

    `as_sent` reads rows that are graded by now too: sent a second time, grades are then known
    for the same ones.
    """
    ungraded = list_ungraded(case)
    rows = (
        ReceiptLine.objects.filter(receipt__return_case=case)
        .select_related("variant__product", "return_line__order_line", "receipt__location")
        .order_by("pk")
    )
    return [
        _read_row(row, ungraded.get(row.pk) or _as_received(row), data)
        for row in rows
        if row.pk in ungraded or (as_sent and data is not None and f"row-{row.pk}-grade" in data)
    ]


def _as_received(row: ReceiptLine) -> UngradedLine:
    return UngradedLine(kind=row.kind, quantity=row.quantity, is_stocked=row.variant_id is not None)


def _read_row(row: ReceiptLine, ungraded: UngradedLine, data: QueryDict | None) -> Graded:
    prefix = f"row-{row.pk}"
    form = RowForm(data, prefix=prefix, ungraded=ungraded.quantity)
    grade = data.get(f"{prefix}-grade", "") if data is not None else ""
    if data is None or grade not in Grade.values:
        return Graded(row=row, ungraded=ungraded, form=form)
    suggestion = suggest_outcome(
        kind=ungraded.kind,
        grade=grade,
        is_our_fault=row.return_line is not None and row.return_line.reason in OUR_FAULT,
        is_stocked=ungraded.is_stocked,
    )
    is_accepted, disposition = _chosen(data, prefix, suggestion)
    return Graded(
        row=row,
        ungraded=ungraded,
        form=form,
        grade=grade,
        is_accepted=is_accepted,
        disposition=disposition,
        suggestion=suggestion,
    )


def _chosen(data: QueryDict, prefix: str, suggestion: Suggestion) -> tuple[bool, str]:
    """The worker's own choice, else the suggestion.

    What still equals the last suggestion is no choice of theirs and follows the grade. One that
    was taken off its track keeps only what can still be: passing decides where goods may go.
    """
    passes, disposition = data.get(f"{prefix}-passes", ""), data.get(f"{prefix}-goes-to", "")
    before_passes, _, before_goes = data.get(f"{prefix}-suggested", "").partition("|")
    is_accepted = suggestion.is_accepted if passes in ("", before_passes) else passes == "yes"
    if disposition in ("", before_goes) or disposition not in DispositionKind.values:
        if is_accepted == suggestion.is_accepted:
            return is_accepted, suggestion.disposition
        return is_accepted, (
            DispositionKind.REFURBISH if is_accepted else DispositionKind.QUALITY_REJECT
        )
    return is_accepted, disposition


def _packed(suggestion: Suggestion) -> str:
    return f"{'yes' if suggestion.is_accepted else 'no'}|{suggestion.disposition}"


# ── as radio buttons ─────────────────────────────────────────────────────────


def list_grades(graded: Graded) -> list[RadioChoice]:
    return [
        RadioChoice(
            value=grade.value,
            label=grade.value,
            note=WORDS_OF_GRADE[grade],
            is_chosen=grade == graded.grade,
        )
        for grade in Grade
    ]


def list_passes(graded: Graded) -> list[RadioChoice]:
    """Whether it counts for the customer; goods nobody announced never do."""
    blocked = _why_not(graded, is_accepted=True, disposition=DispositionKind.REFURBISH)
    return [
        RadioChoice(
            value="yes",
            label="Accepted",
            note="counts as sent back",
            is_chosen=graded.is_accepted is True,
            blocked_because=blocked,
        ),
        RadioChoice(
            value="no",
            label="Refused",
            note="an agent decides what follows",
            is_chosen=graded.is_accepted is False,
        ),
    ]


def list_dispositions(graded: Graded) -> list[RadioChoice]:
    return [
        RadioChoice(
            value=kind.value,
            label=str(kind.label),
            note=GOES_TO[kind],
            is_chosen=kind == graded.disposition,
            blocked_because=_why_not(graded, is_accepted=bool(graded.is_accepted), disposition=kind)
            if graded.grade
            else "",
        )
        for kind in DispositionKind
    ]


def _why_not(graded: Graded, *, is_accepted: bool, disposition: DispositionKind) -> str:
    verdict = can_dispose(
        InspectedLine(
            receipt_line_id=graded.row.pk,
            quantity=1,
            grade=graded.grade or Grade.C,
            is_accepted=is_accepted,
            disposition=disposition,
        ),
        kind=graded.ungraded.kind,
        is_stocked=graded.ungraded.is_stocked,
    )
    return " ".join(verdict.reasons)

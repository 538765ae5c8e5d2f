"""Grading what was counted: what was chosen per row, and what the grade suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from console.warehouse.page import RadioChoice
from inventory.models import Bin
from returns.models import ReceiptLine, Return
from returns.queries import list_ungraded
from returns.rules import (
    IN_QUARANTINE,
    InspectedLine,
    Suggestion,
    UngradedLine,
    can_dispose,
    suggest_outcome,
)
from returns.states import (
    OUR_FAULT,
    DisposedBecause,
    DispositionKind,
    Grade,
    MissingPart,
    MoneyRule,
    Reason,
    ReceivedAs,
    RefusalReason,
)

DEFECTS = (Reason.DEFECTIVE, Reason.NOT_AS_DESCRIBED, Reason.DAMAGED)
SCRAPPED_BECAUSE = [
    (reason.value, reason.label)
    for reason in (
        DisposedBecause.BROKEN,
        DisposedBecause.UNSAFE,
        DisposedBecause.NOT_WORTH_IT,
        DisposedBecause.BY_AGREEMENT,
        DisposedBecause.DECIDED,
    )
]

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
    DispositionKind.REPAIR: "mended, and sent back to its owner",
}


class RowForm(forms.Form):
    """What is typed about a row; its radio buttons are drawn by hand."""

    use_required_attribute = False

    quantity = forms.TypedChoiceField(coerce=int)
    bin = forms.TypedChoiceField(
        label="Quarantine bin", coerce=int, required=False, empty_value=None
    )
    refused_because = forms.ChoiceField(
        label="Why it does not pass",
        required=False,
        choices=[("", "Choose why"), *RefusalReason.choices],
    )
    because = forms.ChoiceField(
        label="Why it is scrapped",
        required=False,
        choices=[("", "Choose why"), *SCRAPPED_BECAUSE],
    )
    is_defect_confirmed = forms.TypedChoiceField(
        label="Defect found",
        required=False,
        coerce=lambda said: said == "yes",
        empty_value=None,
        choices=[("", "Not looked for"), ("yes", "Yes, as described"), ("no", "No fault found")],
    )
    missing_parts = forms.MultipleChoiceField(
        label="Not with it",
        required=False,
        choices=MissingPart.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(required=False, max_length=500)

    def __init__(
        self, *args: Any, ungraded: int, bins: list[Bin], asks: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        quantity: Any = self.fields["quantity"]
        quantity.choices = [(units, f"{units} of {ungraded}") for units in range(1, ungraded + 1)]
        self.initial.setdefault("quantity", ungraded)
        shelf: Any = self.fields["bin"]
        shelf.choices = [("", "The first there is"), *((each.pk, each.code) for each in bins)]
        for name in [name for name in self.fields if name not in asks]:
            del self.fields[name]


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
        said = self.form.cleaned_data
        return InspectedLine(
            receipt_line_id=self.row.pk,
            quantity=said["quantity"],
            grade=self.grade,
            is_accepted=self.is_accepted,
            disposition=self.disposition,
            note=said["note"],
            refused_because=said.get("refused_because", ""),
            is_defect_confirmed=said.get("is_defect_confirmed"),
            missing_parts=tuple(said.get("missing_parts", ())),
            bin_id=said.get("bin"),
            because=said.get("because", ""),
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
    grade = data.get(f"{prefix}-grade", "") if data is not None else ""
    if data is None or grade not in Grade.values:
        form = _row_form(data, row, ungraded, asks=("quantity", "note"))
        return Graded(row=row, ungraded=ungraded, form=form)
    suggestion = suggest_outcome(
        kind=ungraded.kind,
        grade=grade,
        is_our_fault=row.return_line is not None and row.return_line.reason in OUR_FAULT,
        is_stocked=ungraded.is_stocked,
        rule=ungraded.rule,
        is_to_repair=ungraded.is_to_repair,
    )
    is_accepted, disposition = _chosen(data, prefix, suggestion, ungraded)
    asks = _asks(row, ungraded, is_accepted=is_accepted, disposition=disposition)
    return Graded(
        row=row,
        ungraded=ungraded,
        form=_row_form(data, row, ungraded, asks=asks),
        grade=grade,
        is_accepted=is_accepted,
        disposition=disposition,
        suggestion=suggestion,
    )


def _row_form(
    data: QueryDict | None, row: ReceiptLine, ungraded: UngradedLine, *, asks: Sequence[str]
) -> RowForm:
    bins = Bin.objects.filter(location=row.receipt.location_id, kind=Bin.Kind.QUARANTINE)
    return RowForm(
        _with_usual_reason(data, row, ungraded) if data is not None else None,
        prefix=f"row-{row.pk}",
        ungraded=ungraded.quantity,
        bins=list(bins.order_by("code")),
        asks=asks,
    )


def _with_usual_reason(data: QueryDict, row: ReceiptLine, ungraded: UngradedLine) -> QueryDict:
    """Scrapped goods are broken, unless the mismatch desk or the worker says otherwise."""
    said = data.copy()
    is_decided = ungraded.rule == MoneyRule.WRITE_OFF
    usual = DisposedBecause.DECIDED if is_decided else DisposedBecause.BROKEN
    said.setdefault(f"row-{row.pk}-because", usual.value)
    return said


def _asks(
    row: ReceiptLine, ungraded: UngradedLine, *, is_accepted: bool, disposition: str
) -> tuple[str, ...]:
    """Only what the choice so far makes a question."""
    asks = ["quantity"]
    if not is_accepted and ungraded.counts_as == ReceivedAs.EXPECTED:
        asks.append("refused_because")
    if disposition == DispositionKind.SCRAP:
        asks.append("because")
    if disposition in IN_QUARANTINE and ungraded.is_stocked:
        asks.append("bin")
    if row.return_line is not None and row.return_line.reason in DEFECTS:
        asks.append("is_defect_confirmed")
    return (*asks, "missing_parts", "note")


def _chosen(
    data: QueryDict, prefix: str, suggestion: Suggestion, ungraded: UngradedLine
) -> tuple[bool, str]:
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
            _usual_place(ungraded) if is_accepted else DispositionKind.QUALITY_REJECT
        )
    return is_accepted, disposition


def _usual_place(ungraded: UngradedLine) -> DispositionKind:
    return DispositionKind.REPAIR if ungraded.is_to_repair else DispositionKind.REFURBISH


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
    blocked = _why_not(graded, is_accepted=True, disposition=_usual_place(graded.ungraded))
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
        if kind != DispositionKind.REPAIR or graded.ungraded.is_to_repair
    ]


def _why_not(graded: Graded, *, is_accepted: bool, disposition: DispositionKind) -> str:
    verdict = can_dispose(
        InspectedLine(
            receipt_line_id=graded.row.pk,
            quantity=1,
            grade=graded.grade or Grade.C,
            is_accepted=is_accepted,
            disposition=disposition,
            because=_why_scrapped(graded),
        ),
        kind=graded.ungraded.counts_as,
        is_stocked=graded.ungraded.is_stocked,
        is_to_repair=graded.ungraded.is_to_repair,
    )
    return " ".join(verdict.reasons)


def _why_scrapped(graded: Graded) -> str:
    """Refused goods may be scrapped for two reasons, one of which the mismatch desk gives."""
    if graded.ungraded.rule == MoneyRule.WRITE_OFF:
        return DisposedBecause.DECIDED
    return DisposedBecause.BY_AGREEMENT

"""A stock file as it would be taken, line by line, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from django.urls import reverse

from console.components import Action, Banner, Check
from console.discrepancies.rows import direction_of, signed
from console.stock_import.forms import MODES
from console.stock_import.page import ChangeRow, DryRunPage, ErrorRow
from inventory.imports import FileError, ImportMode, ImportPlan, PlannedRow, RowOutcome

SHOWN = 200
HEADER = ("line", "sku", "location", "lot", "bin", "in ledger", "in file", "what follows")


def draw_dry_run(plan: ImportPlan, *, taken_before: str = "") -> DryRunPage:
    """`taken_before` says when these very bytes were taken, if they were."""
    changes = [row for row in plan.rows if is_change(row)]
    args = [plan.file.sha256, plan.mode.value]
    errors = plan.file.errors[:SHOWN]
    return DryRunPage(
        title=MODES[plan.mode],
        about=f"{_lines(plan.file.lines)} · "
        f"{plan.file.encoding or 'unreadable'} · {plan.file.sha256[:12]}",
        checks=_checks(plan) if plan.is_good else _refusals(plan),
        errors=[draw_error(error) for error in errors],
        changes=[draw_change(row) for row in changes[:SHOWN]] if plan.is_good else [],
        more_errors=plan.file.refused - len(errors),
        more_changes=max(0, len(changes) - SHOWN) if plan.is_good else 0,
        download_url=reverse("console:stock_import_report", args=args),
        start=Action(
            label="Start the import",
            url=reverse("console:stock_import_start", args=args),
            kind="primary",
            fields={"op_id": str(uuid4())},
            blocked_because="" if plan.is_good else "Mend the file first: nothing of it is taken.",
        ),
        banner=_taken_before(taken_before) if taken_before else None,
        other_mode=_other_mode(plan),
    )


def is_change(planned: PlannedRow) -> bool:
    return planned.outcome != RowOutcome.SAME or planned.cost_before is not None


def draw_error(error: FileError) -> ErrorRow:
    return ErrorRow(
        line=str(error.line) if error.line else "whole file",
        column=error.column,
        message=error.message,
    )


def draw_change(planned: PlannedRow) -> ChangeRow:
    row = planned.row
    change = planned.after - planned.before
    lot = f", lot {row.lot}" if row.lot else ""
    return ChangeRow(
        line=row.line,
        sku=row.sku,
        place=f"{row.location}{lot}",
        before=planned.before,
        after=planned.after,
        change=signed(change),
        direction=direction_of(change),
        what=say_outcome(planned),
    )


def say_outcome(planned: PlannedRow) -> str:
    words = {
        RowOutcome.RECEIVED: "put on the shelf",
        RowOutcome.DIFFERS: "opens a discrepancy",
        RowOutcome.SAME: "agrees",
    }[planned.outcome]
    if planned.cost_before is not None:
        words += f"; unit cost {planned.cost_before.normalize():f} → {planned.row.unit_cost}"
    return words


def list_report(plan: ImportPlan) -> Iterator[tuple[object, ...]]:
    """Every line of the download: errors with line and column, or what each line comes to."""
    if not plan.is_good:
        for error in plan.file.errors:
            yield error.line, error.column, error.message
        return
    for planned in plan.rows:
        row = planned.row
        yield (
            row.line,
            row.sku,
            row.location,
            row.lot,
            row.bin,
            planned.before,
            row.quantity,
            say_outcome(planned),
        )


def _checks(plan: ImportPlan) -> list[Check]:
    received, differs, same = (plan.count(outcome) for outcome in RowOutcome)
    costs = sum(1 for row in plan.rows if row.cost_before is not None)
    kept = "differ from the ledger: each opens a discrepancy, and nothing is overwritten."
    said = (
        (received, "puts units on the shelf.", "put units on the shelf.", False),
        (differs, kept.replace("differ", "differs", 1), kept, True),
        (same, "agrees with the ledger.", "agree with the ledger.", False),
        (costs, "changes a unit cost.", "change a unit cost.", True),
    )
    return [
        Check(
            sentence=f"{_lines(number)} {one if number == 1 else many}",
            outcome="review" if wants_care else "pass",
        )
        for number, one, many, wants_care in said
        if number
    ]


def _refusals(plan: ImportPlan) -> list[Check]:
    words = "1 error" if plan.file.refused == 1 else f"{plan.file.refused} errors"
    return [Check(sentence=f"{words}: nothing of the file is taken.", outcome="fail")]


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _taken_before(when: str) -> Banner:
    return Banner(
        words=f"These very lines were taken {when}. Taken again they change nothing.", tone="warn"
    )


def _other_mode(plan: ImportPlan) -> Action:
    other = ImportMode.ADD if plan.mode == ImportMode.SET else ImportMode.SET
    return Action(
        label=f"Read it as: {MODES[other].lower()}",
        url=reverse("console:stock_import_dry_run", args=[plan.file.sha256, other.value]),
        method="get",
        kind="quiet",
    )

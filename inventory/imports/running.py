"""Taking a stock file: as a job whose progress is seen, or at once from the command line.

Each row is an operation of its own, named after the file's hash and the line. So a job that was
stopped, lost or started twice goes on where it was, and the same file again changes nothing.
Most rows of a file are alike: what is received, and what agrees, is taken by the hundred.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Generator
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from core import documents, jobs
from core.actors import Actor
from core.errors import BadInput, DomainError
from core.models import EncryptedDocument, Job
from core.operations import operation
from core.transactions import opens_transaction
from inventory.imports.planning import ImportPlan, PlannedRow, plan_stock_import
from inventory.imports.reading import FileError, read_stock_file
from inventory.services.rows import ImportMode, RowOutcome, import_row, import_rows

JOB = "inventory.stock_import"
KIND = "stock_file"
STEP = 25  # rows between two looks at whether somebody wants it stopped
BATCH = 500


class FileRefused(BadInput):
    """Some lines of a stock file are wrong; nothing of it was taken. `errors` has the first."""

    code = "file_refused"

    def __init__(self, errors: list[FileError], refused: int) -> None:
        lines = "1 line is" if refused == 1 else f"{refused} lines are"
        message = f"{lines} refused: {errors[0]}" if errors else "The file is refused."
        super().__init__(message, field="file", errors=[str(error) for error in errors])
        self.errors = errors
        self.refused = refused


@opens_transaction
def store_stock_file(*, partner_id: int, content: bytes, now: dt.datetime) -> EncryptedDocument:
    """Keep a file between its dry run and its import. Raises `FileRefused` for what no one reads.

    Lines with errors are kept too: the dry run shows them.
    """
    file = read_stock_file(content)
    if any(error.line == 0 for error in file.errors):
        raise FileRefused(file.errors, file.refused)
    return documents.store(
        partner_id=partner_id,
        kind=KIND,
        person="",
        content=content,
        content_type="text/csv",
        now=now,
    )


def plan_stored_file(*, partner_id: int, document_id: int, mode: ImportMode) -> ImportPlan:
    """The dry run of a stored file. Raises EncryptedDocument.DoesNotExist."""
    document = EncryptedDocument.objects.for_partner(partner_id).get(pk=document_id, kind=KIND)
    return plan_stock_import(partner_id=partner_id, content=documents.read(document), mode=mode)


def find_last_import(*, partner_id: int, sha256: str, mode: ImportMode) -> Job | None:
    """The job that has taken these very bytes before: to take them again changes nothing."""
    taken = Job.objects.for_partner(partner_id).filter(
        kind=JOB, state=Job.State.DONE, arguments__sha256=sha256, arguments__mode=mode.value
    )
    last: Job | None = taken.order_by("-pk").first()
    return last


@operation("inventory.start_stock_import")
def start_stock_import(
    *,
    partner_id: int,
    document_id: int,
    mode: ImportMode,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Job:
    """Take a stored file as a job. Raises `FileRefused` when any line is wrong.

    A job that was stopped goes on when the same file is started again.
    """
    plan = plan_stored_file(partner_id=partner_id, document_id=document_id, mode=mode)
    _check(plan)
    return jobs.start(
        partner_id=partner_id,
        kind=JOB,
        arguments={"document": document_id, "mode": mode.value, "sha256": plan.file.sha256},
        total=len(plan.rows),
        actor=actor,
        now=now,
    )


@jobs.runs(JOB)
def run_stock_import(*, job: Job, now: dt.datetime) -> dict[str, Any]:
    """Called by the job's worker."""
    mode = ImportMode(job.arguments["mode"])
    plan = plan_stored_file(
        partner_id=job.partner_id, document_id=job.arguments["document"], mode=mode
    )
    _check(plan)
    actor = Actor.user(job.asked_by) if job.asked_by else Actor.system("stock-import")
    counts: Counter[str] = Counter()
    errors: list[str] = []
    done = failed = 0
    for number, outcome in enumerate(
        take_rows(plan, partner_id=job.partner_id, actor=actor, now=now), start=1
    ):
        if isinstance(outcome, FileError):
            failed += 1
            errors.append(str(outcome))
        else:
            done += 1
            counts[outcome] += 1
        if number % STEP == 0 or number == len(plan.rows):
            jobs.advance(job.pk, done=done, failed=failed)
            done = failed = 0
    return {
        **{outcome.value: counts[outcome] for outcome in RowOutcome},
        "errors": errors[:50],
    }


def take_rows(
    plan: ImportPlan, *, partner_id: int, actor: Actor, now: dt.datetime
) -> Generator[RowOutcome | FileError, None, None]:
    """Take row after row, in batches; yields what became of each, in the order of the file.

    A row that is refused takes nothing of its batch with it.
    """
    _check(plan)
    for start in range(0, len(plan.rows), BATCH):
        rows = [
            (planned.row.line, _as_arguments(plan, planned, partner_id=partner_id))
            for planned in plan.rows[start : start + BATCH]
        ]
        taken = import_rows(dict(rows), mode=plan.mode, actor=actor, now=now)
        for line, arguments in rows:
            try:
                yield taken.get(line) or RowOutcome(import_row(**arguments, actor=actor, now=now))
            except DomainError as error:
                yield FileError(line, "", error.message)


def _check(plan: ImportPlan) -> None:
    if not plan.is_good:
        raise FileRefused(plan.file.errors, plan.file.refused)


def _as_arguments(plan: ImportPlan, planned: PlannedRow, *, partner_id: int) -> dict[str, Any]:
    """What `import_row` is told of a row."""
    row, sha256 = planned.row, plan.file.sha256
    return {
        "partner_id": partner_id,
        "variant_id": planned.variant_id,
        "location_id": planned.location_id,
        "quantity": row.quantity,
        "mode": plan.mode,
        "reference": f"file:{sha256[:16]}:{row.line}",
        "lot": row.lot,
        "bin_id": planned.bin_id,
        "unit_cost": row.unit_cost,
        "op_id": uuid5(NAMESPACE_OID, f"{partner_id}:{sha256}:{plan.mode.value}:{row.line}"),
    }

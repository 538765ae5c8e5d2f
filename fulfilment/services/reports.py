"""What warehouses report: kept as it came, then settled one after the other, in their order."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import structlog
from django.db import OperationalError, transaction

from core import clock, documents
from core.actors import Actor
from core.errors import ActionBlocked, DomainError
from core.events import record, reference
from core.operations import operation
from core.strict_json import parse_document
from core.transactions import opens_transaction
from fulfilment import queries
from fulfilment.locks import ReportClaim, lock_report, lock_warehouse
from fulfilment.models import Warehouse, WarehouseReport
from fulfilment.reading import ReadReport, read_report
from fulfilment.rules import delay_after
from fulfilment.services.applying import TooEarly, apply_fact
from fulfilment.states import ReportState

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 6


class ReportIdReused(DomainError):
    """One report id came with two different contents."""

    code = "report_id_reused"
    status = 422


@opens_transaction
def receive_report(
    *,
    warehouse: Warehouse,
    read: ReadReport,
    content: bytes,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> WarehouseReport:
    """Keep a report, encrypted, as it came; the same one again is the one that is there.

    Not an `operation`: their id and the bytes tell a repetition. Raises `ReportIdReused`.
    """
    lock_warehouse(warehouse.pk)
    known: WarehouseReport | None = (
        WarehouseReport.objects.filter(warehouse=warehouse, message_id=read.message_id)
        .select_related("content__key")
        .first()
    )
    if known is not None:
        if documents.read(known.content) != content:
            raise ReportIdReused("This id was already used for another report.")
        return known
    kept = documents.store(
        partner_id=warehouse.partner_id,
        kind="warehouse_report",
        person="",
        content=content,
        content_type="application/json",
        now=now,
    )
    Warehouse.objects.filter(pk=warehouse.pk).update(last_heard_at=now)
    report: WarehouseReport = WarehouseReport.objects.create(
        partner_id=warehouse.partner_id,
        warehouse=warehouse,
        message_id=read.message_id,
        sequence=read.sequence,
        kind=read.kind,
        content=kept,
        received_at=now,
        due_at=clock.database_now(),
    )
    return report


@opens_transaction
def settle_report(
    *, claim: ReportClaim, actor: Actor, op_id: UUID, now: dt.datetime
) -> WarehouseReport | None:
    """Apply the report whose turn it is, or say why not; None when the claim has lapsed.

    What cannot be right is given up at once, what may become right is tried again first; either
    way those behind it go on. The effect and the mark are one transaction.
    """
    warehouse = lock_warehouse(claim.warehouse_id)
    report = lock_report(claim.report_id)
    if report.lease != claim.lease or report.state not in (
        ReportState.RECEIVED,
        ReportState.PARKED,
    ):
        return None
    report.leased_until = None
    if report.sequence <= warehouse.last_settled:
        _settle_late(report, now=now)
    elif not _apply(report, actor=actor, op_id=op_id, now=now):
        report.save()
        return report
    if report.sequence > warehouse.last_settled:
        Warehouse.objects.filter(pk=warehouse.pk).update(last_settled=report.sequence)
    report.settled_at = now
    report.save()
    if report.state == ReportState.DEAD:
        _tell(report, "report_dead", actor=actor, now=now, op_id=op_id)
    return report


@opens_transaction
def park_early_reports(*, warehouse_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> int:
    """Say of reports that wait for an earlier one what they wait for; returns how many do."""
    warehouse = lock_warehouse(warehouse_id)
    awaited = warehouse.last_settled + 1
    waiting = WarehouseReport.objects.filter(
        warehouse=warehouse, state=ReportState.RECEIVED, sequence__gt=awaited
    )
    for pk in list(waiting.values_list("pk", flat=True)):
        report = lock_report(pk)
        report.park()
        report.reason = f"Waits for report {awaited}, which has not come."
        report.save()
    return WarehouseReport.objects.filter(warehouse=warehouse, state=ReportState.PARKED).count()


@operation("warehouse.skip_missing_reports")
def skip_missing_reports(
    *, warehouse_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Warehouse:
    """Stop waiting for reports that will never come, and go on with the first that is there."""
    warehouse = lock_warehouse(warehouse_id)
    waiting = queries.get_first_open_sequence(warehouse)
    if waiting is None or waiting <= warehouse.last_settled + 1:
        raise ActionBlocked("No report waits for an earlier one.")
    record(
        kind="warehouse.reports_skipped",
        partner_id=warehouse.partner_id,
        subject=reference(warehouse),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"first": warehouse.last_settled + 1, "last": waiting - 1},
    )
    Warehouse.objects.filter(pk=warehouse.pk).update(last_settled=waiting - 1)
    warehouse.last_settled = waiting - 1
    return warehouse


@operation("warehouse.retry_report")
def retry_report(*, report_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> WarehouseReport:
    """Apply a report that was given up, out of its turn, now that a person mended the cause.

    Raises whatever refuses it still; it then stays given up.
    """
    lock_warehouse(WarehouseReport.objects.get(pk=report_id).warehouse_id)
    report = lock_report(report_id)
    if report.state != ReportState.DEAD:
        raise ActionBlocked("Only a report that was given up is tried again.")
    read = read_report(parse_document(queries.read_report(report)))
    report.try_again()
    report.subject, report.reason = apply_fact(report, read, actor=actor, now=now)
    report.apply()
    report.settled_at = now
    report.save()
    return report


def _apply(report: WarehouseReport, *, actor: Actor, op_id: UUID, now: dt.datetime) -> bool:
    """Whether the report is settled; otherwise it waits for its next try."""
    if report.attempts > MOST_ATTEMPTS:  # whoever tried last never came back to say so
        return _bury(report, "The last try never ended.")
    try:
        read = read_report(parse_document(queries.read_report(report)))
        with transaction.atomic():
            subject, reason = apply_fact(report, read, actor=actor, now=now)
    except OperationalError:  # a lock, a deadlock: the whole transaction is done again
        raise
    except TooEarly as error:
        return _wait_or_bury(report, error.message)
    except DomainError as refusal:
        return _bury(report, "; ".join(getattr(refusal, "reasons", [refusal.message])))
    except Exception as error:
        log.exception("warehouse_report_failed", report=report.pk, attempts=report.attempts)
        return _wait_or_bury(report, f"The desk failed on it: {type(error).__name__}.")
    report.apply()
    report.subject, report.reason = subject, reason[:500]
    return True


def _wait_or_bury(report: WarehouseReport, why: str) -> bool:
    if report.attempts >= MOST_ATTEMPTS:
        return _bury(report, why)
    report.reason = why[:500]
    report.due_at = clock.database_now() + delay_after(report.attempts)
    return False


def _bury(report: WarehouseReport, why: str) -> bool:
    report.give_up()
    report.reason = why[:500]
    return True


def _settle_late(report: WarehouseReport, *, now: dt.datetime) -> None:
    """Its number was taken by another id: the same news twice, or a count gone wrong."""
    first = (
        WarehouseReport.objects.filter(warehouse=report.warehouse_id, sequence=report.sequence)
        .exclude(pk=report.pk)
        .select_related("content__key")
        .order_by("pk")
        .first()
    )
    if first is None:
        _bury(report, "Its number was skipped before it came.")
    elif _says_the_same(report, first):
        report.repeat()
        report.reason = f"Says the same as {first.message_id}."
    else:
        _bury(report, f"Its number was taken by {first.message_id}.")


def _says_the_same(report: WarehouseReport, first: WarehouseReport) -> bool:
    ours, theirs = (
        read_report(parse_document(queries.read_report(one))) for one in (report, first)
    )
    return (ours.kind, ours.fact) == (theirs.kind, theirs.fact)


def _tell(
    report: WarehouseReport, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> None:
    record(
        kind=f"warehouse.{happened}",
        partner_id=report.partner_id,
        subject=reference(report),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"report": report.public_id, "kind": report.kind, "sequence": report.sequence},
    )

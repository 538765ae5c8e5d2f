"""What is wrong with returned goods is written down, with what the desk makes of it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked
from core.operations import operation
from core.transactions import requires_transaction
from returns.models import DefectReport, Return, ReturnLine
from returns.queries import get_facts
from returns.queries.defects import Diagnosis, check_told, diagnose
from returns.queries.warranty import judge_warranty
from returns.services.case import lock_case, tell
from returns.services.judging import judge_again
from returns.services.lots import learn_lots
from returns.states import OVER


@operation("return.report_defect")
def report_defect(
    *,
    return_line_id: int,
    version: int | None,
    defect_type: str,
    symptom: str,
    serial: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> DefectReport:
    """Say what is wrong with a line of an open case, or say it better. Raises BadInput."""
    line = _get_line(return_line_id)
    case = lock_case(return_id=line.return_case_id, version=version, actor=actor, now=now)
    if case.state in OVER:
        raise ActionBlocked("The case is over: what was wrong with the goods stands.")
    check_told(symptom=symptom, serial=serial)
    diagnosis = diagnose(
        order_line=line.order_line,
        defect_type=defect_type,
        symptom=symptom,
        serial=serial,
        now=now,
    )
    diagnosis = judge_warranty(
        diagnosis,
        version=case.policy_version,
        facts=get_facts(line),
        order_line=line.order_line,
        now=now,
    )
    report = write_report(
        case=case,
        line=line,
        symptom=symptom,
        diagnosis=diagnosis,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    learn_lots(case, actor=actor, now=now, op_id=op_id)
    judge_again(case=case, actor=actor, now=now, op_id=op_id)
    return report


@requires_transaction
def write_report(
    *,
    case: Return,
    line: ReturnLine,
    symptom: str,
    diagnosis: Diagnosis,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> DefectReport:
    """Keep the report of a locked case's line. A later one replaces it, history keeps both."""
    report = DefectReport.objects.filter(return_line=line).first() or DefectReport(
        partner_id=line.partner_id, return_line=line
    )
    warranty = diagnosis.warranty
    report.defect_type, report.pattern = diagnosis.defect_type, diagnosis.pattern
    report.symptom, report.serial = symptom.strip(), diagnosis.serial
    report.serial_matches, report.lot = diagnosis.serial_matches, diagnosis.lot
    report.warranty, report.warranty_until = warranty.verdict, warranty.until
    report.warranty_rate, report.warranty_sentence = warranty.rate, warranty.sentence
    report.reported_at, report.reported_by = now, actor.ref
    report.save()
    tell(
        case,
        "defect_reported",
        actor=actor,
        now=now,
        op_id=op_id,
        line=line.pk,
        defect_type=diagnosis.defect_type.code if diagnosis.defect_type else "",
        serial_matches=diagnosis.serial_matches,
        warranty=warranty.verdict.value,
        warranty_until=warranty.until.isoformat() if warranty.until else None,
        pattern=diagnosis.pattern.public_id if diagnosis.pattern else "",
        pattern_cases=diagnosis.pattern_cases,
    )
    return report


def _get_line(return_line_id: int) -> ReturnLine:
    line: ReturnLine = ReturnLine.objects.select_related(
        "order_line__order__channel", "order_line__variant__product"
    ).get(pk=return_line_id)
    return line

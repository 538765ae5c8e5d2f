"""What stands on goods that came says more of a defect than was known when it was reported."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from returns.models import DefectReport, Return
from returns.queries.defects import count_cases, find_pattern
from returns.queries.lots import list_lots_found
from returns.services.case import tell


@requires_transaction
def learn_lots(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None) -> None:
    """Reports of a locked case whose goods came with one lot on them are of that lot.

    They are matched with the known patterns anew; the radar and forecasts count them there.
    """
    for line_id, lots in list_lots_found(case).items():
        report = _find_report(line_id)
        if report is None or len(lots) != 1 or lots <= {"", report.lot}:
            continue
        report.lot = lots.pop()
        report.pattern = find_pattern(
            report.return_line.order_line,
            defect_type=report.defect_type.code if report.defect_type else "",
            symptom=report.symptom,
            serial=report.serial,
            lot=report.lot,
        )
        report.save()
        pattern = report.pattern
        tell(
            case,
            "lot_found",
            actor=actor,
            now=now,
            op_id=op_id,
            line=line_id,
            lot=report.lot,
            pattern=pattern.public_id if pattern else "",
            pattern_cases=count_cases([pattern.pk]).get(pattern.pk, 0) if pattern else 0,
        )


def _find_report(line_id: int) -> DefectReport | None:
    reports = DefectReport.objects.select_related("return_line__order_line__variant", "defect_type")
    found: DefectReport | None = reports.filter(return_line=line_id).first()
    return found

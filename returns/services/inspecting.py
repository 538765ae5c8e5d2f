"""Received goods are graded and put away; once all that is here has a grade, it settles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from returns.models import Disposition, Inspection, Return
from returns.queries import list_ungraded
from returns.rules import InspectedLine, can_inspect, check_inspections
from returns.services.case import lock_case, tell
from returns.services.placing import put_away
from returns.services.risk import INSPECTED, look_again
from returns.services.settling import settle_locked


@operation("return.inspect")
def inspect_goods(
    *,
    return_id: int,
    version: int | None,
    lines: Sequence[InspectedLine],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Grade received goods and put them where they go; what is all graded settles, part by part.

    Raises BadInput and ActionBlocked, naming what does not fit.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    ungraded = list_ungraded(case)
    uninspected = sum(line.quantity for line in ungraded.values())
    can_inspect(case.state, uninspected=uninspected).require("There is nothing to inspect.")
    check_inspections(lines, ungraded)
    dispositions = [_write_grade(case, graded, actor=actor, now=now) for graded in lines]
    tell(
        case,
        "goods_inspected",
        actor=actor,
        now=now,
        op_id=op_id,
        rows=[
            {
                "receipt_line": graded.receipt_line_id,
                "units": graded.quantity,
                "grade": graded.grade,
                "is_accepted": graded.is_accepted,
                "to": graded.disposition,
                "refused_because": graded.refused_because,
                "is_defect_confirmed": graded.is_defect_confirmed,
            }
            for graded in lines
        ],
    )
    # Before anything is settled: goods that came back worn may be a reason to look first.
    look_again(case, because=INSPECTED, actor=actor, now=now, op_id=op_id)
    # Money and order lines are locked before stock, everywhere.
    if not list_ungraded(case):
        settle_locked(case=case, actor=actor, now=now, op_id=op_id)
    put_away(dispositions, actor=actor, now=now, op_id=op_id)
    return case


def _write_grade(
    case: Return, graded: InspectedLine, *, actor: Actor, now: dt.datetime
) -> Disposition:
    inspection = Inspection.objects.create(
        partner_id=case.partner_id,
        receipt_line_id=graded.receipt_line_id,
        quantity=graded.quantity,
        grade=graded.grade,
        is_accepted=graded.is_accepted,
        refused_because="" if graded.is_accepted else graded.refused_because,
        is_defect_confirmed=graded.is_defect_confirmed,
        missing_parts=list(graded.missing_parts),
        note=graded.note,
        inspected_at=now,
        inspected_by=actor.ref,
    )
    return Disposition.objects.create(
        partner_id=case.partner_id,
        inspection=inspection,
        kind=graded.disposition,
        quantity=graded.quantity,
        because=graded.because,
        bin_id=graded.bin_id,
        decided_at=now,
        decided_by=actor.ref,
    )

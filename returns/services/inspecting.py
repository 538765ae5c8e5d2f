"""Received goods are graded and put away; once all that is here has a grade, it settles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from inventory import services as inventory
from inventory.states import Bucket
from returns.models import Disposition, Inspection, ReceiptLine, Return
from returns.queries import list_ungraded
from returns.rules import InspectedLine, can_inspect, check_inspections
from returns.services.case import lock_case, tell
from returns.services.settling import settle_locked
from returns.states import DispositionKind

# What goes back to the customer was never ours, so no bucket counts it.
BUCKETS = {
    DispositionKind.RESTOCK: Bucket.AVAILABLE,
    DispositionKind.QUALITY_REJECT: Bucket.QUARANTINE,
    DispositionKind.REFURBISH: Bucket.QUARANTINE,
    DispositionKind.RETURN_TO_VENDOR: Bucket.QUARANTINE,
    DispositionKind.SCRAP: Bucket.SCRAP,
}


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
            }
            for graded in lines
        ],
    )
    # Money and order lines are locked before stock, everywhere.
    if not list_ungraded(case):
        settle_locked(case=case, actor=actor, now=now, op_id=op_id)
    _put_away(dispositions, actor=actor, now=now, op_id=op_id)
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
        note=graded.note,
        inspected_at=now,
        inspected_by=actor.ref,
    )
    return Disposition.objects.create(
        partner_id=case.partner_id,
        inspection=inspection,
        kind=graded.disposition,
        quantity=graded.quantity,
        decided_at=now,
        decided_by=actor.ref,
    )


def _put_away(
    dispositions: Sequence[Disposition], *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """Into stock in one order for everyone, so that two inspections cannot deadlock."""
    rows = ReceiptLine.objects.select_related("receipt").in_bulk(
        [disposition.inspection.receipt_line_id for disposition in dispositions]
    )
    moves = [
        (rows[disposition.inspection.receipt_line_id], disposition)
        for disposition in dispositions
        if disposition.kind in BUCKETS
    ]
    moves.sort(key=lambda move: (move[0].variant_id or 0, move[0].receipt.location_id))
    for row, disposition in moves:
        if row.variant_id is None:
            continue
        inventory.take_back(
            partner_id=row.partner_id,
            variant_id=row.variant_id,
            location_id=row.receipt.location_id,
            quantity=disposition.quantity,
            bucket=BUCKETS[DispositionKind(disposition.kind)],
            reference=reference(disposition),
            actor=actor,
            now=now,
            op_id=op_id,
        )

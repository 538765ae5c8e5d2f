"""Goods to be repaired have come and passed: they wait for the workshop from here on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from returns.models import Receipt, Repair, ReturnLine
from returns.queries import get_terms


@requires_transaction
def admit_to_workshop(
    line: ReturnLine,
    *,
    units: Sequence[int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Repair:
    """Open a repair for units of a line of a locked case. Inside its warranty it is free."""
    receipts = Receipt.objects.filter(lines__return_line=line)
    repair: Repair = Repair.objects.create(
        partner_id=line.partner_id,
        return_line=line,
        location_id=receipts.latest("pk").location_id,
        quantity=len(units),
        units=list(units),
        is_charged=not get_terms(line).warranty,
        opened_at=now,
    )
    tell_repair(repair, "opened", actor=actor, now=now, op_id=op_id, is_charged=repair.is_charged)
    return repair


@requires_transaction
def tell_repair(
    repair: Repair,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **facts: Any,
) -> None:
    """Record ``repair.<happened>`` on its case: a trail of its own, and part of the case's."""
    line = repair.return_line
    record(
        kind=f"repair.{happened}",
        partner_id=repair.partner_id,
        subject=reference(repair),
        case=f"return:{line.return_case_id}",
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "number": repair.number,
            "line": line.pk,
            "units": repair.quantity,
            "state": str(repair.state),
            **facts,
        },
    )

"""Units that the mismatch desk gives up: they never come and nothing is credited for them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.transactions import requires_transaction
from returns.models import Return, ReturnLine
from returns.queries import read_lines
from returns.services.waiving import plan_waiver, waive_locked
from returns.states import ShortCloseRule


@requires_transaction
def short_close_locked(
    *,
    case: Return,
    line_id: int,
    quantity: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> ReturnLine:
    """So many awaited units of a line of a locked case are given up without a credit.

    The highest numbered claims are freed: the customer may ask for a return of them once more.
    """
    line = next((each for each in read_lines(case) if each.pk == line_id), None)
    if line is None or not 1 <= quantity <= line.awaited:
        raise BadInput("Not that many units are awaited.", field="quantity")
    given = plan_waiver(case, {line_id: quantity}, ShortCloseRule.NOTHING)
    waive_locked(case, given, is_rest=True, cause="mismatch", actor=actor, now=now, op_id=op_id)
    return line

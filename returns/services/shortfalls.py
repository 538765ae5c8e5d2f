"""Units that will never come: the customer gets their credit all the same, or they stay theirs."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.transactions import requires_transaction
from orders import services as orders
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries import list_open_units, read_lines
from returns.services.case import move_header, tell
from returns.services.crediting import draft_rest


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
    units = list_open_units(line)[-quantity:]
    orders.free_return_units(
        quantities={line.order_line_id: quantity}, actor=actor, now=now, op_id=op_id
    )
    UnitClaim.objects.filter(return_line=line, unit_number__in=units, freed_at__isnull=True).update(
        freed_at=now
    )
    line.missing += quantity
    line.save()
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    tell(
        case,
        "closed_short",
        actor=actor,
        now=now,
        op_id=op_id,
        line=line.pk,
        units=quantity,
    )
    move_header(case)
    return line

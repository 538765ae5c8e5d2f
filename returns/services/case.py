"""What every command on a case shares: its lock and version, its events, its claims."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import StaleVersion
from core.events import record, reference
from core.models import Event
from core.transactions import requires_transaction
from orders import services as orders
from returns.locks import lock_return
from returns.models import Return, ReturnLine, UnitClaim
from returns.rules import GOODS_MAY_COME
from returns.states import ReturnState


@requires_transaction
def lock_case(*, return_id: int, version: int | None, actor: Actor, now: dt.datetime) -> Return:
    """Lock the case, check the version the caller saw, and raise it by one.

    `version` None is for the desk's own commands, which saw no screen. Raises StaleVersion, and
    the transaction that goes with it takes the raise back.
    """
    case = lock_return(return_id)
    current = case.version - 1
    if version not in (None, current):
        raise StaleVersion(seen=version, current=current)
    return case


@requires_transaction
def tell(
    case: Return,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **data: Any,
) -> Event:
    """Record ``return.<happened>`` of a locked case.

    `data` is kept for ever: ids and facts. What a person wrote is a note, named by its id; `why`
    holds sentences of the desk's own.
    """
    return record(
        kind=f"return.{happened}",
        partner_id=case.partner_id,
        subject=reference(case),
        case=reference(case),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"number": case.number, **data},
    )


@requires_transaction
def move_header(case: Return) -> None:
    """Goods came, or will not: a locked case is received once nothing is awaited any more."""
    if case.state not in GOODS_MAY_COME or case.state == ReturnState.RECEIVED:
        return
    if any(line.awaited for line in case.lines.all()):
        case.receive_part()
    else:
        case.receive()
    case.save()


@requires_transaction
def await_until(
    *, case: Return, day: dt.date, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Goods of a locked case may be handed in until then: what goes out for them has left."""
    if case.send_back_by is None or case.send_back_by < day:
        case.send_back_by = day
        case.save()
        tell(case, "awaited_until", actor=actor, now=now, op_id=op_id, day=day.isoformat())
    return case


@requires_transaction
def free_lines(
    lines: Iterable[ReturnLine],
    *,
    decision: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """End lines that go no further: their units may be asked back again, by whoever comes."""
    ended = list(lines)
    quantities: Counter[int] = Counter()
    for line in ended:
        quantities[line.order_line_id] += line.awaited
    orders.free_return_units(quantities=quantities, actor=actor, now=now, op_id=op_id)
    UnitClaim.objects.filter(return_line__in=ended, freed_at__isnull=True).update(freed_at=now)
    for line in ended:
        line.decision = decision
        line.cancelled += line.awaited
        line.save()

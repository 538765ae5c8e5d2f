"""The queue for stock that is not there: lines wait by the age of their case.

Stock that becomes free wakes the oldest that it is enough for, and then the next. A woken line
has the units put by for it, not held: whoever it belongs to holds them, or lets it wait on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from inventory import queries
from inventory.locks import lock_queue, lock_waiting
from inventory.models import WaitingLine
from inventory.rules import HoldScope, Wanted
from inventory.states import WaitingState

# Units are put by for a woken line no longer than this. A person who was told and did nothing for
# a day does not keep them from those behind.
PUT_BY = dt.timedelta(days=1)


@requires_transaction
def wait(
    *,
    partner_id: int,
    case: str,
    wanted: Sequence[Wanted],
    since: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    channel: str = "",
) -> list[WaitingLine]:
    """Put lines into the queue for their variants; `since` is the age of their case.

    A line that waits keeps its turn; one that was woken in vain waits on.
    """
    known = {line.reference: line for line in lock_waiting([each.reference for each in wanted])}
    waiting = []
    for each in wanted:
        line = known.get(each.reference)
        if line is None:
            line = WaitingLine(
                partner_id=partner_id,
                reference=each.reference,
                case=case,
                variant_id=each.variant_id,
                quantity=each.quantity,
                channel=channel,
                since=since,
            )
            if _join(line):
                _tell(line, "began", actor=actor, now=now, op_id=op_id)
                waiting.append(line)
                continue
            (line,) = lock_waiting([each.reference])
        waiting.append(_wait_on(line, each.quantity))
    return waiting


def _join(line: WaitingLine) -> bool:
    """Two may hear of the same lost hold and both come to queue it: only the first does."""
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError:
        return False
    return True


def _wait_on(line: WaitingLine, quantity: int) -> WaitingLine:
    if line.state == WaitingState.WOKEN:
        line.wait_on()
    line.quantity = quantity
    line.save()
    return line


@requires_transaction
def stop_waiting(
    *,
    references: Collection[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    is_held: bool = False,
) -> list[WaitingLine]:
    """Take lines out of the queue: they are held now, or nobody wants them any more."""
    lines = lock_waiting(references)
    for line in lines:
        if is_held:
            line.serve()
        else:
            line.leave()
        line.ended_at = now
        line.save()
        _tell(line, "served" if is_held else "left", actor=actor, now=now, op_id=op_id)
    return lines


@requires_transaction
def wake_next(
    *,
    variant_id: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    but_not: str = "",
) -> list[WaitingLine]:
    """Wake the oldest lines that what is free now is enough for, never more than there is.

    `but_not` names the line whose own hold has just ended: it would only take back what it gave.
    """
    woken = []
    queue = lock_queue(variant_id)
    promisable: dict[str, int] = {}
    put_by = sum(line.quantity for line in queue if _has_units_put_by(line, now))
    for line in queue:
        if line.reference == but_not or _has_units_put_by(line, now):
            continue
        if line.channel not in promisable:
            promisable[line.channel] = _count_promisable(line, now=now)
        if promisable[line.channel] - put_by < line.quantity:
            continue
        put_by += line.quantity
        if line.state == WaitingState.WOKEN:  # a day ago, and nothing came of it
            line.wait_on()
        line.wake()
        line.woken_at = now
        line.save()
        _tell(line, "woken", actor=actor, now=now, op_id=op_id)
        woken.append(line)
    return woken


def _has_units_put_by(line: WaitingLine, now: dt.datetime) -> bool:
    woken_at = line.woken_at
    return line.state == WaitingState.WOKEN and woken_at is not None and now - woken_at < PUT_BY


def _count_promisable(line: WaitingLine, *, now: dt.datetime) -> int:
    """Units that the line's channel could have."""
    promisable = queries.get_promisable(
        partner_id=line.partner_id,
        variant_ids=[line.variant_id],
        scope=HoldScope(channel=line.channel),
        now=now,
    )
    return promisable[line.variant_id]


def _tell(
    line: WaitingLine, what: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    record(
        kind=f"waiting.{what}",
        partner_id=line.partner_id,
        subject=reference(line),
        case=line.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "reference": line.reference,
            "variant": line.variant_id,
            "quantity": line.quantity,
            "since": line.since.isoformat(),
        },
    )

"""Charges that follow their payments to another order."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from payments import locks
from payments.models import MoneyOperation


@requires_transaction
def move_charges(
    *,
    purpose: str,
    to_order_id: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[MoneyOperation]:
    """What was taken or held for a purpose is for another order now, as its payments are.

    Nothing may be under way for it: an answer would not know which order it pays for.
    """
    locks.lock_purpose(purpose)
    moved = list(MoneyOperation.objects.filter(purpose=purpose).exclude(order=None).order_by("pk"))
    for operation in moved:
        operation.order_id = to_order_id
        operation.save()
    return moved

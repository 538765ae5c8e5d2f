"""Refunds that no provider of ours sends: store credit given back, and money paid out by hand."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import clock
from core.actors import Actor
from core.events import reference
from core.transactions import opens_transaction
from payments import locks
from payments.gateways.port import Outcome, Status
from payments.services.outcomes import settle
from payments.services.store_credit import restore_store_credit
from payments.services.timeline import Who, tell
from payments.states import STORE_CREDIT, OperationState


@opens_transaction
def carry_out_here(*, operation_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> bool:
    """Give store credit back at once, or hand a refund over to the people who pay it out."""
    operation = locks.lock_operation(operation_id)
    if operation.state != OperationState.PLANNED or operation.account_id is not None:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    operation.submitted_at = clock.database_now()
    operation.submit()
    operation.save()
    tell(operation, "submitted", **who)
    if operation.provider == STORE_CREDIT:
        assert operation.order is not None
        entry = restore_store_credit(
            partner_id=operation.partner_id,
            customer_id=operation.order.customer_id,
            case=operation.case,
            amount=operation.amount,
            currency=operation.currency,
            about=reference(operation),
            who=who,
        )
        settle(operation, Outcome(status=Status.SUCCEEDED, reference=reference(entry)), who)
    return True

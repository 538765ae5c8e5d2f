"""A customer is reminded of a link that ends soon and was not paid by: with it the hold ends."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import clock
from core.actors import Actor
from core.transactions import requires_transaction
from payments import locks, queries
from payments.models import PaymentRequest
from payments.rules import reminds_at
from payments.services.requests import tell_of_request
from payments.states import RequestState


@requires_transaction
def remind_of_payment(
    *, request_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """Say once that it ends soon; False where it is too early, too late, or was said.

    Who is paying at this moment is left alone.
    """
    request = locks.lock_request(request_id)
    if not (_may_be_reminded(request) and queries.is_reminder_due(request)):
        return False
    tell_of_request(request, "ends_soon", actor=actor, now=now, op_id=op_id)
    return True


def _may_be_reminded(request: PaymentRequest) -> bool:
    due = reminds_at(asked_at=request.asked_at, expires_at=request.expires_at)
    present = clock.database_now()
    is_open = request.state == RequestState.OPEN and bool(request.url)
    return is_open and due is not None and due <= present < request.expires_at

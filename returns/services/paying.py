"""Paying out what a case owes, as a person decides it on the case's page."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from payments import services as payments
from payments.models import CreditMemo
from returns.models import Return
from returns.services.case import lock_case
from returns.services.paying_out import refuse_while_risk_held


@operation("return.pay_out")
def pay_out_memo(
    *,
    return_id: int,
    memo_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Refund what a memo of the case still owes to what the customer paid with.

    Within the person's limit. Raises `RefundShortfall` with the plan, and posts nothing then.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    memo = CreditMemo.objects.for_partner(case.partner_id).get(pk=memo_id)
    if memo.case != reference(case):
        raise BadInput("The credit memo belongs to another case.", field="memo")
    refuse_while_risk_held(case)
    payments.require_refund_limit(
        amount=memo.unspent - memo.kept_back,
        currency=memo.currency,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    payments.plan_pay_out(memo_id=memo_id, actor=actor, now=now, op_id=op_id)
    case.save()
    return case

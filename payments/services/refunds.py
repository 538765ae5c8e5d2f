"""Paying out what a credit memo owes: as refunds of what the customer paid with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from payments import locks, queries
from payments.models import CreditMemo, MoneyOperation
from payments.rules import RefundPlan, RefundShortfall
from payments.services.planning import abandon, plan_refund_of_tender
from payments.services.timeline import Who
from payments.states import MemoState, OperationKind, OperationState


@requires_transaction
def plan_pay_out(
    *,
    memo_id: int,
    amount: Decimal | None = None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> RefundPlan:
    """Plan refunds for `amount` of an issued memo, or for all of it that is owed.

    What is on its way already is not owed a second time. Nothing is posted when the payments
    cannot bear it: raises `RefundShortfall` with the plan.
    """
    memo, left = lock_owed(memo_id)
    wanted = left if amount is None else amount
    if wanted <= 0 or wanted > left:
        raise BadInput(f"{left:f} {memo.currency} of {memo} can be paid out.", field="amount")
    plan = plan_for(memo, wanted)
    if plan.shortfall > 0:
        raise RefundShortfall(plan)
    carry_out_plan(memo, plan, {"actor": actor, "now": now, "op_id": op_id})
    return plan


@operation("refund.undo")
def undo_refund(
    *, operation_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> MoneyOperation:
    """Call a refund off while it waits to be sent. Raises ActionBlocked when it has been."""
    refund = locks.lock_operation(operation_id)
    if refund.kind != OperationKind.REFUND or refund.state != OperationState.PLANNED:
        raise ActionBlocked("It has been sent: money that is on its way cannot be called back.")
    abandon(refund, {"actor": actor, "now": now, "op_id": op_id})
    return refund


def lock_owed(memo_id: int) -> tuple[CreditMemo, Decimal]:
    """An issued memo, locked, and what of it is owed beside refunds that are on their way."""
    purpose = f"creditmemo:{memo_id}"
    locks.lock_purpose(purpose)
    memo = locks.lock_memo(memo_id)
    if memo.state == MemoState.DRAFT:
        raise ActionBlocked("The credit memo is not issued yet: the goods have not been accepted.")
    return memo, memo.unspent - queries.sum_pending_refunds(purpose)


def plan_for(memo: CreditMemo, wanted: Decimal) -> RefundPlan:
    """Which payments bear `wanted` of a memo."""
    orders = memo.lines.exclude(order_line=None).values_list("order_line__order_id", flat=True)
    return queries.plan_refund(order_ids=set(orders), amount=wanted, currency=memo.currency)


def carry_out_plan(memo: CreditMemo, plan: RefundPlan, who: Who) -> list[MoneyOperation]:
    """One planned refund per payment, each to be sent when the time to undo is over."""
    return [
        plan_refund_of_tender(
            partner_id=memo.partner_id,
            case=memo.case,
            purpose=reference(memo),
            tender_id=part.tender_id,
            amount=part.amount,
            currency=memo.currency,
            reason="credit_memo",
            wait=dt.timedelta(seconds=settings.REFUND_UNDO_SECONDS),
            who=who,
        )
        for part in plan.parts
    ]

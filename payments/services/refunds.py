"""Paying out what a credit memo owes: as refunds of what the customer paid with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID, uuid5

from django.conf import settings

from approvals import queries as approvals_queries
from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from payments import locks, queries
from payments.models import CreditMemo, MoneyOperation
from payments.rules import Limits, RefundPlan, RefundShortfall, goodwill_hash
from payments.services.intents import abandon, plan_refund_of_tender
from payments.services.memos import forgo
from payments.services.store_credit import grant_store_credit
from payments.services.timeline import Who
from payments.states import MemoState, OperationKind, OperationState, Way


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
        raise BadInput(
            f"{left.normalize():f} {memo.currency} of {memo} can be paid out.", field="amount"
        )
    plan = plan_for(memo, wanted)
    if plan.shortfall > 0:
        raise RefundShortfall(plan)
    carry_out_plan(memo, plan, {"actor": actor, "now": now, "op_id": op_id})
    return plan


@operation("refund.reduce")
def pay_out_reduced(
    *,
    memo_id: int,
    reduced_to: Decimal,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    limits: Limits | None = None,
) -> CreditMemo:
    """Pay out what the payments can bear, and let the rest go, as agreed with the customer.

    `reduced_to` is what the agent saw: another amount by now is refused. `reason` is a code.
    """
    memo, left = lock_owed(memo_id)
    plan = plan_for(memo, left)
    require_refund_limit(
        amount=plan.refundable,
        currency=memo.currency,
        actor=actor,
        now=now,
        op_id=op_id,
        limits=limits,
    )
    if plan.shortfall <= 0 or plan.refundable != reduced_to:
        raise ActionBlocked("The payments can bear another amount by now: look at the plan again.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    carry_out_plan(memo, plan, who)
    return forgo(memo_id=memo_id, amount=plan.shortfall, reason=reason, **who)


@operation("refund.ask_goodwill")
def ask_for_goodwill(
    *, memo_id: int, shortfall: Decimal, actor: Actor, op_id: UUID, now: dt.datetime
) -> Approval:
    """Ask a second person to make the shortfall good by store credit, beyond what was paid."""
    memo, left = lock_owed(memo_id)
    plan = plan_for(memo, left)
    if plan.shortfall != shortfall or shortfall <= 0:
        raise ActionBlocked("The shortfall is another one by now: look at the plan again.")
    return approvals.ask(
        partner_id=memo.partner_id,
        subject=reference(memo),
        case=memo.case,
        kind="goodwill",
        content_hash=goodwill_hash(memo_id=memo.pk, shortfall=shortfall, currency=memo.currency),
        summary=f"Store credit of {shortfall.normalize():f} {memo.currency} beyond what was paid",
        amount=shortfall,
        currency=memo.currency,
        actor=actor,
        op_id=uuid5(op_id, "approval"),
        now=now,
    )


@requires_transaction
def grant_goodwill(
    *, memo_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Pay out what the payments can bear, and the approved rest as goodwill store credit."""
    memo, left = lock_owed(memo_id)
    plan = plan_for(memo, left)
    wanted = goodwill_hash(memo_id=memo.pk, shortfall=plan.shortfall, currency=memo.currency)
    if not approvals_queries.is_approved(subject=reference(memo), content_hash=wanted):
        raise ActionBlocked("The goodwill was not approved, or the shortfall has changed since.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    carry_out_plan(memo, plan, who)
    grant_store_credit(
        partner_id=memo.partner_id,
        customer_id=memo.customer_id,
        case=memo.case,
        amount=plan.shortfall,
        currency=memo.currency,
        reference=f"goodwill:{memo.pk}",
        **who,
    )
    return forgo(memo_id=memo_id, amount=plan.shortfall, reason="goodwill", **who)


@requires_transaction
def require_refund_limit(
    *,
    amount: Decimal,
    currency: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    limits: Limits | None = None,
) -> None:
    """What a person gives back by their own decision stays within their limit."""
    verdict = queries.judge_refund(amount=amount, currency=currency, actor=actor, limits=limits)
    verdict.require("You cannot refund that much.")


@requires_transaction
def pay_out_otherwise(
    *, memo_id: int, way: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Decimal:
    """Pay all that a memo owes in another way than usual; how much it is.

    For money that came back: to other payments than it came back from, as store credit, or by
    hand. Raises `RefundShortfall` when what is left cannot bear it.
    """
    memo, left = lock_owed(memo_id)
    if left <= 0:
        raise ActionBlocked("Nothing of this credit memo is owed any more.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if way == Way.STORE_CREDIT:
        grant_store_credit(
            partner_id=memo.partner_id,
            customer_id=memo.customer_id,
            case=memo.case,
            amount=left,
            currency=memo.currency,
            reference=reference(memo),
            **who,
        )
        return left
    plan = plan_for(memo, left, without=_came_back(memo) if way == Way.OTHER_PAYMENT else ())
    if plan.shortfall > 0:
        raise RefundShortfall(plan)
    carry_out_plan(memo, plan, who, by_hand=way == Way.BY_HAND)
    return left


def _came_back(memo: CreditMemo) -> set[int]:
    """Payments from which a refund of this memo came back."""
    failed = MoneyOperation.objects.filter(
        purpose=reference(memo), kind=OperationKind.REFUND, reversed_at__isnull=False
    )
    return set(failed.exclude(tender=None).values_list("tender_id", flat=True))


@operation("refund.send_by_hand")
def send_by_hand(
    *,
    operation_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    limits: Limits | None = None,
) -> MoneyOperation:
    """A refund beside any memo came back, such as that of a payment for an exchange: people pay
    it out. `limits` are those of policy for the case. Raises `ActionBlocked`."""
    failed = locks.lock_operation(operation_id)
    locks.lock_purpose(failed.purpose)
    if failed.tender_id is None or not queries.is_owed_again(failed):
        raise ActionBlocked("It has not come back, or is on its way again.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    require_refund_limit(amount=failed.amount, currency=failed.currency, limits=limits, **who)
    return plan_refund_of_tender(
        partner_id=failed.partner_id,
        case=failed.case,
        purpose=failed.purpose,
        tender_id=failed.tender_id,
        amount=failed.amount,
        currency=failed.currency,
        reason="came_back",
        wait=dt.timedelta(seconds=settings.REFUND_UNDO_SECONDS),
        business_key=f"again:{failed.public_id}",
        by_hand=True,
        who=who,
    )


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
    """An issued memo, locked, and what of it may be paid out: neither on its way nor kept back."""
    purpose = f"creditmemo:{memo_id}"
    locks.lock_purpose(purpose)
    memo = locks.lock_memo(memo_id)
    if memo.state == MemoState.DRAFT:
        raise ActionBlocked("The credit memo is not issued yet: the goods have not been accepted.")
    return memo, memo.unspent - memo.kept_back - queries.sum_pending_refunds(purpose)


def plan_for(memo: CreditMemo, wanted: Decimal, *, without: Collection[int] = ()) -> RefundPlan:
    """Which payments bear `wanted` of a memo; `without` some of them."""
    orders = memo.lines.exclude(order_line=None).values_list("order_line__order_id", flat=True)
    return queries.plan_refund(
        order_ids=set(orders), amount=wanted, currency=memo.currency, without=without
    )


def carry_out_plan(
    memo: CreditMemo, plan: RefundPlan, who: Who, *, by_hand: bool = False
) -> list[MoneyOperation]:
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
            by_hand=by_hand,
            who=who,
        )
        for part in plan.parts
    ]

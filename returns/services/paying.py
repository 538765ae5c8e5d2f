"""Paying out what a case owes, as a person decides it on the case's page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid5

from django.db import transaction

from approvals import queries as approval_queries
from approvals import services as approvals
from approvals.models import Approval
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from payments import queries as payment_queries
from payments import services as payments
from payments.models import CreditMemo
from payments.rules import RefundShortfall, refund_hash
from payments.services import MoneyUnknown
from payments.states import MemoState, Way
from returns.models import Return
from returns.queries import find_refund_limits
from returns.services.case import lock_case, tell
from returns.services.paying_out import refuse_while_risk_held
from returns.states import ReturnState

APPROVAL = "refund"
GOODWILL = "goodwill"


@operation("return.pay_out")
def pay_out_memo(
    *,
    return_id: int,
    memo_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    way: str = Way.SAME,
) -> Return:
    """Refund what a memo of the case still owes, to what the customer paid with or another way.

    Within the person's limit, or with a second person's yes to just that. Raises
    `RefundShortfall` with the plan, and posts nothing then.
    """
    case, memo = _take(return_id, memo_id, version=version, actor=actor, now=now)
    verdict = payment_queries.judge_refund(
        amount=_owed(memo),
        currency=memo.currency,
        actor=actor,
        limits=find_refund_limits(case),
    )
    if not verdict and not _is_approved(memo, way):
        verdict.require("You cannot refund that much.")
    _pay_out(case, memo, way, actor=actor, now=now, op_id=op_id)
    return case


@operation("return.ask_refund")
def ask_for_refund(
    *,
    return_id: int,
    memo_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    way: str = Way.SAME,
) -> Approval:
    """Ask a second person for a refund above one's limit. Their yes sends it."""
    case, memo = _take(return_id, memo_id, version=version, actor=actor, now=now)
    owed = _owed(memo)
    if owed <= 0:
        raise ActionBlocked("Nothing of this credit memo is owed any more.")
    case.save()
    return approvals.put_up(
        partner_id=case.partner_id,
        subject=reference(memo),
        case=reference(case),
        kind=APPROVAL,
        content_hash=_hash(memo, way),
        summary=f"Refund of credit memo {memo.number}, {Way(way).label.lower()}",
        amount=owed,
        currency=memo.currency,
        actor=actor,
        op_id=op_id,
        now=now,
    )


@operation("return.reduce_refund")
def reduce_refund(
    *,
    return_id: int,
    memo_id: int,
    version: int | None,
    reduced_to: Decimal,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Pay out what the payments can bear, and let the rest go, as agreed with the customer."""
    case, memo = _take(return_id, memo_id, version=version, actor=actor, now=now)
    payments.pay_out_reduced(
        memo_id=memo.pk,
        reduced_to=reduced_to,
        reason=reason,
        limits=find_refund_limits(case),
        actor=actor,
        op_id=uuid5(op_id, "reduced"),
        now=now,
    )
    case.save()
    return case


@operation("return.ask_goodwill")
def ask_goodwill(
    *,
    return_id: int,
    memo_id: int,
    version: int | None,
    shortfall: Decimal,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Have a second person make a shortfall good by store credit, beyond what was paid."""
    case, memo = _take(return_id, memo_id, version=version, actor=actor, now=now)
    payments.ask_for_goodwill(
        memo_id=memo.pk, shortfall=shortfall, actor=actor, op_id=uuid5(op_id, "goodwill"), now=now
    )
    case.save()
    return case


@requires_transaction
def follow_approved_refund(
    *, memo_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A second person agreed: what they agreed to is sent, if it is owed like that still."""
    memo = CreditMemo.objects.get(pk=memo_id)
    case = lock_case(
        return_id=int(memo.case.removeprefix("return:")), version=None, actor=actor, now=now
    )
    memo.refresh_from_db()
    way = next((way for way in Way.values if _is_approved(memo, way)), None)
    if way is None or not _owed(memo):
        return
    try:
        refuse_while_risk_held(case)
        _pay_out(case, memo, way, actor=actor, now=now, op_id=op_id)
    except (ActionBlocked, RefundShortfall, MoneyUnknown) as error:
        tell(case, "refund_stopped", actor=actor, now=now, op_id=op_id, why=[error.message])


@requires_transaction
def follow_approved_goodwill(
    *, memo_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A second person agreed to make a shortfall good: it is given, if it is the same still.

    While the case is held because of its risk nothing is given; clearing it comes back to this.
    """
    memo = CreditMemo.objects.get(pk=memo_id)
    return_id = int(memo.case.removeprefix("return:") or 0)
    if not Return.objects.filter(pk=return_id).exists():  # a memo that no case of ours made
        payments.grant_goodwill(memo_id=memo_id, actor=actor, now=now, op_id=op_id)
        return
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    try:
        refuse_while_risk_held(case)
        payments.grant_goodwill(memo_id=memo_id, actor=actor, now=now, op_id=op_id)
    except (ActionBlocked, MoneyUnknown) as error:
        tell(case, "refund_stopped", actor=actor, now=now, op_id=op_id, why=[error.message])


@requires_transaction
def follow_cleared_goodwill(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What was agreed to while a locked case was held is given now that it is cleared."""
    for memo in payment_queries.list_issued(reference(case)):
        if approval_queries.has_approved(subject=reference(memo), kind=GOODWILL):
            try:
                with transaction.atomic():
                    payments.grant_goodwill(memo_id=memo.pk, actor=actor, now=now, op_id=op_id)
            except (ActionBlocked, MoneyUnknown):
                continue  # given already, or for a shortfall that is another one by now


@requires_transaction
def follow_failed_refund(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """A refund came back days later: a case that was closed is somebody's work again."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    if case.state != ReturnState.CLOSED:
        return
    case.owe_again()
    case.closed_at = None
    case.save()
    tell(case, "owes_again", actor=actor, now=now, op_id=op_id)


def _take(
    return_id: int, memo_id: int, *, version: int | None, actor: Actor, now: dt.datetime
) -> tuple[Return, CreditMemo]:
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    memo = CreditMemo.objects.for_partner(case.partner_id).get(pk=memo_id)
    if memo.case != reference(case):
        raise BadInput("The credit memo belongs to another case.", field="memo")
    if memo.state == MemoState.DRAFT:
        raise ActionBlocked("The credit memo is not issued yet: the goods have not been accepted.")
    refuse_while_risk_held(case)
    return case, memo


def _pay_out(
    case: Return,
    memo: CreditMemo,
    way: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    if way == Way.SAME:
        payments.plan_pay_out(memo_id=memo.pk, actor=actor, now=now, op_id=op_id)
    elif way in Way.values:
        payments.pay_out_otherwise(memo_id=memo.pk, way=way, actor=actor, now=now, op_id=op_id)
    else:
        raise BadInput("Choose how the money goes back.", field="way")
    case.save()


def _owed(memo: CreditMemo) -> Decimal:
    """Not spent, not kept for a replacement and not on its way."""
    left: Decimal = memo.unspent - memo.kept_back
    return left - payment_queries.sum_pending_refunds(reference(memo))


def _hash(memo: CreditMemo, way: str) -> str:
    return refund_hash(memo_id=memo.pk, amount=_owed(memo), currency=memo.currency, way=way)


def _is_approved(memo: CreditMemo, way: str) -> bool:
    return approval_queries.is_approved(subject=reference(memo), content_hash=_hash(memo, way))

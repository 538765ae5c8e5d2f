"""What issued memos owe in money, or as store credit, is sent on its way."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.money import ZERO
from core.transactions import requires_transaction
from core.verdicts import Verdict
from payments import queries as payment_queries
from payments import services as payments
from payments.models import CreditMemo
from payments.services import MoneyUnknown, RefundShortfall
from returns.models import Return
from returns.queries import is_risk_held, read_lines
from returns.rules import OwedMemo, plan_pay_out
from returns.services.case import tell
from returns.states import LineDecision, Outcome

RISK_HELD = (
    "The case is held because of its risk (RISK): a lead looks first, and clears it with a reason."
)
EXCHANGED = (LineDecision.AUTHORISED, LineDecision.ACCEPTED)


@requires_transaction
def pay_out(
    case: Return,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    kept: Decimal = ZERO,
) -> Decimal:
    """Settle what the issued memos of a locked case still owe, less `kept`; how much it is.

    What is kept stands on the memos, so that nobody pays it out by hand meanwhile.

    Refunds are intents from here on, store credit is there at once. Where the payments cannot bear
    a refund nothing of it is posted: the case says how much is missing, and a person chooses.
    While the case is held because of its risk nothing is paid: clearing it asks again.
    """
    if is_risk_held(case):
        return ZERO
    owed = [_describe(case, memo) for memo in payment_queries.list_issued(reference(case))]
    planned = ZERO
    for part in plan_pay_out(owed, kept=kept):
        payments.keep_back(
            memo_id=part.memo_id, amount=part.kept, actor=actor, now=now, op_id=op_id
        )
        if part.store_credit:
            planned += _grant(case, part.memo_id, part.store_credit, actor, now, op_id)
        if part.refund:
            planned += _refund(case, part.memo_id, part.refund, actor, now, op_id)
    return planned


@requires_transaction
def pay_out_by_itself(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """After every step of a case that exchanges nothing. One that does is its exchange's to pay
    out: what goes out may need some of it."""
    if not has_exchange(case):
        pay_out(case, actor=actor, now=now, op_id=op_id)


def refuse_while_risk_held(case: Return) -> None:
    Verdict.of(RISK_HELD if is_risk_held(case) else None).require("Nothing is paid out yet.")


def has_exchange(case: Return) -> bool:
    """Something of it is, or was, to be exchanged."""
    return any(
        line.outcome == Outcome.EXCHANGE and line.decision in EXCHANGED for line in read_lines(case)
    )


def _describe(case: Return, memo: CreditMemo) -> OwedMemo:
    pending = payment_queries.sum_pending_refunds(reference(memo))
    return OwedMemo(
        memo_id=memo.pk,
        owed=memo.unspent - pending,
        as_store_credit=_sum_store_credit(case, memo),
        kept_before=memo.kept_back,
    )


def _sum_store_credit(case: Return, memo: CreditMemo) -> Decimal:
    """What the lines of the memo are worth whose customer wants no money, and is not given yet."""
    wanting = {
        reference(line): line for line in read_lines(case) if line.outcome == Outcome.STORE_CREDIT
    }
    if not wanting:
        return ZERO
    rows = memo.lines.filter(reference__in=wanting).values_list("gross", flat=True)
    given = payment_queries.sum_granted(reference(memo))
    return max(sum(rows, ZERO) - given, ZERO)


def _grant(
    case: Return,
    memo_id: int,
    amount: Decimal,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Decimal:
    payments.grant_store_credit(
        partner_id=case.partner_id,
        customer_id=case.customer_id,
        case=reference(case),
        amount=amount,
        currency=case.currency,
        reference=f"creditmemo:{memo_id}",
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return amount


def _refund(
    case: Return,
    memo_id: int,
    amount: Decimal,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Decimal:
    try:
        payments.plan_pay_out(memo_id=memo_id, amount=amount, actor=actor, now=now, op_id=op_id)
    except RefundShortfall as short:
        tell(
            case,
            "refund_short",
            actor=actor,
            now=now,
            op_id=op_id,
            memo=memo_id,
            wanted=str(amount),
            refundable=str(short.plan.refundable),
            shortfall=str(short.plan.shortfall),
            currency=case.currency,
        )
        return ZERO
    except MoneyUnknown:  # people look into it; what it owes stays owed
        return ZERO
    return amount

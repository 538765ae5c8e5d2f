"""Credit memos: drafted on authorisation, issued on accepted receipt, spent once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.money import ZERO
from core.sequences import next_in_sequence
from core.transactions import requires_transaction
from payments import queries
from payments.locks import lock_memo, lock_purpose
from payments.models import CreditMemo, CreditMemoLine
from payments.rules import MemoLine, can_apply, can_keep_back, compute_total
from payments.states import MemoState


@requires_transaction
def draft_credit_memo(
    *,
    partner_id: int,
    case: str,
    customer_id: int,
    currency: str,
    lines: Sequence[MemoLine],
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> CreditMemo:
    """Write down what a case would credit. Raises BadInput when the lines cannot make a memo."""
    total = compute_total(lines, currency)
    memo = CreditMemo.objects.create(
        partner_id=partner_id,
        case=case,
        customer_id=customer_id,
        currency=currency,
        net=total.net,
        tax=total.tax,
        gross=total.gross,
        drafted_at=now,
    )
    _write_lines(memo, lines)
    _tell(memo, "drafted", actor=actor, now=now, op_id=op_id)
    return memo


@requires_transaction
def redraft_credit_memo(
    *,
    memo_id: int,
    lines: Sequence[MemoLine],
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> CreditMemo:
    """Write other lines into a draft. Raises ActionBlocked once it is issued."""
    memo = _lock_draft(memo_id)
    total = compute_total(lines, memo.currency)
    memo.lines.all().delete()
    memo.net, memo.tax, memo.gross = total.net, total.tax, total.gross
    memo.save()
    _write_lines(memo, lines)
    _tell(memo, "redrafted", actor=actor, now=now, op_id=op_id)
    return memo


@requires_transaction
def discard_draft(*, memo_id: int, actor: Actor, now: datetime, op_id: UUID | None = None) -> None:
    """Throw a draft away; it never had a number. Raises ActionBlocked once it is issued."""
    memo = _lock_draft(memo_id)
    _tell(memo, "discarded", actor=actor, now=now, op_id=op_id)
    memo.delete()


@requires_transaction
def issue_credit_memo(
    *, memo_id: int, actor: Actor, now: datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Give a draft its number, gapless per partner; from here on nothing in it changes.

    A memo of nothing is settled at once.
    """
    memo = _lock_draft(memo_id)
    number = next_in_sequence(f"credit-memo:{memo.partner_id}")
    memo.number, memo.issued_at = f"CM-{number:06}", now
    memo.issue()
    memo.save()
    _tell(memo, "issued", actor=actor, now=now, op_id=op_id)
    _settle_when_spent(memo, actor=actor, now=now, op_id=op_id)
    return memo


@requires_transaction
def apply_credit(
    *, memo_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Put `amount` of the memo into a replacement order; the caller writes that order's tender.

    Raises ActionBlocked when the memo is a draft or has less than that left.
    """
    memo = lock_memo(memo_id)
    verdict = can_apply(state=memo.state, unspent=memo.unspent, amount=amount)
    verdict.require("The credit cannot be applied.")
    memo.applied += amount
    memo.kept_back = max(memo.kept_back - amount, ZERO)  # that is what it was kept for
    memo.save()
    _tell(memo, "applied", actor=actor, now=now, op_id=op_id, amount=str(amount))
    _settle_when_spent(memo, actor=actor, now=now, op_id=op_id)
    return memo


@requires_transaction
def keep_back(
    *, memo_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Of what an issued memo owes, `amount` in all stays for a replacement and nobody pays it out.

    0 gives it free again. Raises ActionBlocked for more than is neither spent nor on its way.
    """
    lock_purpose(f"creditmemo:{memo_id}")
    memo = lock_memo(memo_id)
    if memo.kept_back == amount:
        return memo
    pending = queries.sum_pending_refunds(reference(memo))
    verdict = can_keep_back(state=memo.state, owed=memo.unspent - pending, amount=amount)
    verdict.require("The credit cannot be kept back.")
    memo.kept_back = amount
    memo.save()
    _tell(memo, "kept_back", actor=actor, now=now, op_id=op_id, amount=str(amount))
    return memo


def _write_lines(memo: CreditMemo, lines: Sequence[MemoLine]) -> None:
    CreditMemoLine.objects.bulk_create(
        CreditMemoLine(
            partner_id=memo.partner_id,
            memo=memo,
            position=position,
            kind=line.kind,
            order_line_id=line.order_line_id,
            reference=line.reference,
            title=line.title,
            quantity=line.quantity,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
        )
        for position, line in enumerate(lines, start=1)
    )


@requires_transaction
def pay_out(
    *, memo_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Money has left for this memo; it is settled when nothing of it is unspent."""
    memo = lock_memo(memo_id)
    memo.paid_out += amount
    memo.save()
    _tell(memo, "paid_out", actor=actor, now=now, op_id=op_id, amount=str(amount))
    _settle_when_spent(memo, actor=actor, now=now, op_id=op_id)
    return memo


@requires_transaction
def take_back_pay_out(
    *, memo_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> CreditMemo:
    """Money that had left came back: the memo owes it again."""
    memo = lock_memo(memo_id)
    if memo.state == MemoState.SETTLED:
        memo.reopen()
        memo.settled_at = None
    memo.paid_out -= amount
    memo.save()
    _tell(memo, "pay_out_failed", actor=actor, now=now, op_id=op_id, amount=str(amount))
    return memo


@requires_transaction
def forgo(
    *,
    memo_id: int,
    amount: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> CreditMemo:
    """Part of a memo is not paid in money; `reason` is a code: “reduced”, “goodwill”."""
    memo = lock_memo(memo_id)
    memo.forgone += amount
    memo.save()
    _tell(memo, "forgone", actor=actor, now=now, op_id=op_id, amount=str(amount), reason=reason)
    _settle_when_spent(memo, actor=actor, now=now, op_id=op_id)
    return memo


def _lock_draft(memo_id: int) -> CreditMemo:
    memo = lock_memo(memo_id)
    if memo.state != MemoState.DRAFT:
        raise ActionBlocked(f"{memo} is issued and never changes again.")
    return memo


def _settle_when_spent(
    memo: CreditMemo, *, actor: Actor, now: datetime, op_id: UUID | None
) -> None:
    if memo.unspent:
        return
    memo.settle()
    memo.settled_at = now
    memo.save()
    _tell(memo, "settled", actor=actor, now=now, op_id=op_id)


def _tell(
    memo: CreditMemo,
    happened: str,
    *,
    actor: Actor,
    now: datetime,
    op_id: UUID | None,
    **facts: str,
) -> None:
    record(
        kind=f"memo.{happened}",
        partner_id=memo.partner_id,
        subject=reference(memo),
        case=memo.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "number": memo.number,
            "currency": memo.currency,
            "gross": str(memo.gross),
            "applied": str(memo.applied),
            "paid_out": str(memo.paid_out),
            **facts,
        },
    )

"""What turns out differently days later: refunds that come back, and payments banks dispute."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from orders import services as orders
from orders.models import Tender
from payments import locks, queries
from payments.gateways.port import Dispute as Said
from payments.models import Dispute, ProviderAccount
from payments.services.memos import take_back_pay_out
from payments.services.promises import MEMO
from payments.services.timeline import Who, post, tell
from payments.states import Account, DisputeState, OperationKind, OperationState


@requires_transaction
def note_failed_refund(
    *, operation_id: int, code: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> bool:
    """A refund that had left came back. False when that is known already, or it never left.

    Nothing is edited: the operation did succeed then. What it did is done the other way round,
    the memo owes the money again, and a person decides how it reaches the customer.
    """
    operation = locks.lock_operation(operation_id)
    is_done = operation.state == OperationState.SUCCEEDED and operation.reversed_at is None
    if operation.kind != OperationKind.REFUND or not is_done:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    operation.reversed_at, operation.decline_code = now, code[:60]
    operation.save()
    if operation.purpose.startswith(MEMO):
        memo_id = int(operation.purpose.removeprefix(MEMO))
        take_back_pay_out(memo_id=memo_id, amount=operation.amount, **who)
    if operation.tender_id is not None:
        orders.reverse_refund(tender_id=operation.tender_id, amount=operation.amount, **who)
    post(
        partner_id=operation.partner_id,
        sides=[(Account.PROVIDER, operation.amount), (Account.CUSTOMER, -operation.amount)],
        currency=operation.currency,
        cause="refund_failed",
        case=operation.case,
        operation=operation,
        tender_id=operation.tender_id,
        about=operation.purpose,
        who=who,
    )
    tell(operation, "reversed", **who, code=code)
    record(
        kind="refund.failed_late",
        partner_id=operation.partner_id,
        subject=reference(operation),
        case=operation.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "operation": operation.public_id,
            "purpose": operation.purpose,
            "amount": str(operation.amount),
            "currency": operation.currency,
            "order": operation.order_id,
        },
    )
    return True


@requires_transaction
def note_dispute(
    *,
    account: ProviderAccount,
    said: Said,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Dispute | None:
    """A bank wants money back, or has decided; None when the payment is none of ours.

    While it is open the payment gives nothing back: refunds look under the same lock.
    """
    tender = queries.find_tender(
        partner_id=account.partner_id, provider=account.adapter, payment=said.payment
    )
    if tender is None:
        return None
    locks.lock_payouts(tender.pk)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    dispute = locks.lock_dispute(account.pk, said.id) or _open(account, tender, said, who)
    if dispute.state == DisputeState.OPEN and not said.is_open:
        _close(dispute, said, who)
    return dispute


def _open(account: ProviderAccount, tender: Tender, said: Said, who: Who) -> Dispute:
    dispute: Dispute = Dispute.objects.create(
        partner_id=account.partner_id,
        account=account,
        provider_reference=said.id,
        tender=tender,
        case=queries.find_case_of_tender(tender),
        amount=said.amount,
        currency=said.currency,
        reason=said.reason[:60],
        respond_by=said.respond_by,
        opened_at=who["now"],
    )
    _tell(dispute, "opened", who)
    return dispute


def _close(dispute: Dispute, said: Said, who: Who) -> None:
    if said.is_lost:
        dispute.lose()
        _post_loss(dispute, who)
    else:
        dispute.win()
    dispute.closed_at = who["now"]
    dispute.save()
    _tell(dispute, "closed", who)


def _post_loss(dispute: Dispute, who: Who) -> None:
    """The bank has taken it: the payment has that much less to give back."""
    tender = Tender.objects.get(pk=dispute.tender_id)
    gone = min(dispute.amount, tender.refundable)
    if gone > Decimal(0):
        orders.promise_refund(tender_id=tender.pk, amount=gone, **who)
        orders.complete_refund(tender_id=tender.pk, amount=gone, **who)
    post(
        partner_id=dispute.partner_id,
        sides=[(Account.PROVIDER, -dispute.amount), (Account.DISPUTED, dispute.amount)],
        currency=dispute.currency,
        cause="dispute_lost",
        case=dispute.case,
        tender_id=tender.pk,
        about=reference(dispute),
        who=who,
    )


def _tell(dispute: Dispute, happened: str, who: Who) -> None:
    record(
        kind=f"dispute.{happened}",
        partner_id=dispute.partner_id,
        subject=reference(dispute),
        case=dispute.case,
        actor=who["actor"],
        op_id=who["op_id"],
        now=who["now"],
        data={
            "tender": dispute.tender_id,
            "amount": str(dispute.amount),
            "currency": dispute.currency,
            "state": str(dispute.state),
        },
    )

"""What refunds owe to the rows they come from: a payment that gives, a memo that is spent."""

from __future__ import annotations

from orders import services as orders
from payments.models import MoneyOperation
from payments.services.memos import pay_out
from payments.services.timeline import Who
from payments.states import OperationKind

MEMO = "creditmemo:"


def free_what_was_promised(operation: MoneyOperation, who: Who) -> None:
    """A refund that does not happen: its payment may promise the money again."""
    if operation.kind == OperationKind.REFUND and operation.tender_id is not None:
        orders.drop_refund(tender_id=operation.tender_id, amount=operation.amount, **who)


def pay_out_of_memo(operation: MoneyOperation, who: Who) -> None:
    """Money that left is spent of the memo it was for, which is settled when nothing is left."""
    if operation.purpose.startswith(MEMO):
        pay_out(memo_id=int(operation.purpose.removeprefix(MEMO)), amount=operation.amount, **who)

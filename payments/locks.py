"""The only row locks on money. Imported by this app's services and courier alone.

Operations come before memos, memos before tenders. A purpose has no row of its own; an advisory
lock stands in until commit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import leases
from core.transactions import lock_name, requires_transaction
from payments.models import (
    CreditMemo,
    Difference,
    Dispute,
    MoneyOperation,
    Obligation,
    PaymentRequest,
    ProviderNotice,
)

# Longer than a call may take (gateways give up after ten seconds).
LEASE = dt.timedelta(seconds=25)

# A planned operation does not start while another one of its purpose is unknown.
DUE = """
SELECT o.id FROM payments_moneyoperation o
WHERE o.state IN ('planned', 'submitted', 'unknown') AND o.account_id IS NOT NULL
  AND o.due_at <= app_now() AND o.needs_person_at IS NULL
  AND (o.leased_until IS NULL OR o.leased_until < app_now())
  AND NOT (o.state = 'planned' AND EXISTS (
      SELECT FROM payments_moneyoperation other
      WHERE other.purpose = o.purpose AND other.state = 'unknown'))
ORDER BY o.due_at, o.id LIMIT %(batch)s FOR UPDATE OF o SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out one operation until the lease ends; `lease` fences off the dead."""

    operation_id: int
    lease: int
    attempts: int


def claim_due(*, batch: int) -> list[Claim]:
    """Take due operations; another worker does not see them meanwhile."""
    rows = leases.claim(
        "payments_moneyoperation",
        due=DUE,
        returning="id, lease, attempts",
        lease=LEASE,
        batch=batch,
    )
    return [Claim(*row) for row in rows]


@requires_transaction
def lock_memo(memo_id: int) -> CreditMemo:
    """The memo's row, locked against every other writer. Raises CreditMemo.DoesNotExist."""
    return CreditMemo.objects.select_for_update(no_key=True).get(pk=memo_id)


@requires_transaction
def lock_purpose(purpose: str) -> None:
    """Wait for whoever else plans something for this purpose."""
    lock_name(f"money:{purpose}")


@requires_transaction
def lock_operation(operation_id: int) -> MoneyOperation:
    operation: MoneyOperation = MoneyOperation.objects.select_for_update(no_key=True).get(
        pk=operation_id
    )
    return operation


@requires_transaction
def lock_claimed(claim: Claim) -> MoneyOperation | None:
    """The operation, locked, if the claim still stands."""
    return (
        MoneyOperation.objects.select_for_update(no_key=True)
        .filter(pk=claim.operation_id, lease=claim.lease)
        .filter(state__in=["planned", "submitted", "unknown"])
        .first()
    )


@requires_transaction
def lock_planned(purpose: str) -> list[MoneyOperation]:
    """What is planned for a purpose and has not been sent, in pk order."""
    rows = MoneyOperation.objects.filter(purpose=purpose, state="planned").order_by("pk")
    return list(rows.select_for_update(no_key=True))


@requires_transaction
def lock_payouts(tender_id: int) -> None:
    """Wait for whoever else refunds this payment, or hears that it is disputed."""
    lock_purpose(f"tender:{tender_id}")


@requires_transaction
def lock_store_credit(customer_id: int, currency: str) -> None:
    """Wait for whoever else changes a customer's store credit."""
    lock_purpose(f"store-credit:{customer_id}:{currency}")


@requires_transaction
def lock_request(request_id: int) -> PaymentRequest:
    request: PaymentRequest = (
        PaymentRequest.objects.select_related("account")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=request_id)
    )
    return request


@requires_transaction
def lock_open_request(purpose: str) -> PaymentRequest | None:
    rows = PaymentRequest.objects.filter(purpose=purpose, state="open")
    return rows.select_for_update(no_key=True).first()


@requires_transaction
def lock_obligation(obligation_id: int) -> Obligation:
    obligation: Obligation = Obligation.objects.select_for_update(no_key=True).get(pk=obligation_id)
    return obligation


@requires_transaction
def lock_difference(difference_id: int) -> Difference:
    difference: Difference = Difference.objects.select_for_update(no_key=True).get(pk=difference_id)
    return difference


@requires_transaction
def lock_dispute(account_id: int, provider_reference: str) -> Dispute | None:
    rows = Dispute.objects.filter(account=account_id, provider_reference=provider_reference)
    return rows.select_for_update(no_key=True).first()


@dataclass(frozen=True, slots=True)
class NoticeClaim:
    """The right to act on one notice until the lease ends."""

    notice_id: int
    lease: int
    attempts: int


DUE_NOTICES = """
SELECT id FROM payments_providernotice
WHERE state IN ('received', 'parked') AND due_at <= app_now()
  AND (leased_until IS NULL OR leased_until < app_now())
ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""

DUE_REQUESTS = """
SELECT id FROM payments_paymentrequest
WHERE due_at <= app_now() AND (leased_until IS NULL OR leased_until < app_now())
ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
"""


def claim_notices(*, batch: int) -> list[NoticeClaim]:
    rows = leases.claim(
        "payments_providernotice",
        due=DUE_NOTICES,
        returning="id, lease, attempts",
        lease=LEASE,
        batch=batch,
    )
    return [NoticeClaim(*row) for row in rows]


def claim_requests(*, batch: int) -> list[int]:
    """Requests whose page is to be opened, looked at, or taken down."""
    rows = leases.claim(
        "payments_paymentrequest",
        due=DUE_REQUESTS,
        returning="id",
        sets="",
        lease=LEASE,
        batch=batch,
    )
    return [row[0] for row in rows]


@requires_transaction
def lock_claimed_notice(claim: NoticeClaim) -> ProviderNotice | None:
    return (
        ProviderNotice.objects.select_for_update(no_key=True)
        .filter(pk=claim.notice_id, lease=claim.lease, state__in=["received", "parked"])
        .first()
    )

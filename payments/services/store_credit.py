"""Store credit: granted, spent as a payment, lapsed. What there is, is the sum of its ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.money import quantum
from core.transactions import requires_transaction
from orders import services as orders
from orders.models import Tender
from payments import locks, queries
from payments.models import StoreCreditEntry
from payments.services.memos import pay_out
from payments.services.promises import MEMO
from payments.services.timeline import Who, post
from payments.states import STORE_CREDIT, Account, CreditEntryKind


@requires_transaction
def grant_store_credit(
    *,
    partner_id: int,
    customer_id: int,
    case: str,
    amount: Decimal,
    currency: str,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    expires_on: dt.date | None = None,
) -> StoreCreditEntry:
    """Give a customer credit with the shop, once per `reference`.

    What a credit memo (“creditmemo:5”) owes is spent by it; anything else is goodwill.
    """
    if amount <= 0 or amount % quantum(currency):
        raise BadInput(f"{amount} is no amount of {currency}.", field="amount")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    is_owed = reference.startswith(MEMO)
    if is_owed:
        _refuse_more_than_owed(reference, amount)
        pay_out(memo_id=int(reference.removeprefix(MEMO)), amount=amount, **who)
    locks.lock_store_credit(customer_id, currency)
    known = StoreCreditEntry.objects.filter(reference__startswith=reference, kind="granted").count()
    entry: StoreCreditEntry = StoreCreditEntry.objects.create(
        partner_id=partner_id,
        customer_id=customer_id,
        kind=CreditEntryKind.GRANTED,
        amount=amount,
        currency=currency,
        expires_on=expires_on,
        case=case,
        reference=f"{reference}/{known + 1}" if is_owed and known else reference,
        actor=actor.ref,
        at=now,
    )
    _post(entry, Account.CUSTOMER if is_owed else Account.GOODWILL, who)
    return entry


@requires_transaction
def spend_store_credit(
    *,
    order_id: int,
    customer_id: int,
    case: str,
    amount: Decimal,
    currency: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Tender:
    """Pay part of an order with store credit; what lapses first goes first."""
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    locks.lock_store_credit(customer_id, currency)
    grants = queries.list_usable_grants(customer_id=customer_id, currency=currency, on=now.date())
    if sum(left for _, left in grants) < amount:
        raise ActionBlocked("The customer has less store credit than that.")
    tender = orders.add_payment(
        order_id=order_id,
        kind=Tender.Kind.STORE_CREDIT,
        label="Store credit",
        amount=amount,
        provider=STORE_CREDIT,
        provider_reference="",
        payment_method_id=None,
        **who,
    )
    wanted = amount
    for grant, left in grants:
        if part := min(left, wanted):
            about = f"tender:{tender.pk}"
            _post(_use(grant, part, CreditEntryKind.SPENT, case, about, who), "customer", who)
            wanted -= part
    return tender


@requires_transaction
def expire_store_credit(
    *, grant_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> StoreCreditEntry | None:
    """Let what is left of a grant lapse; None when nothing is, or its day has not come."""
    grant = StoreCreditEntry.objects.get(pk=grant_id)
    locks.lock_store_credit(grant.customer_id, grant.currency)
    left = queries.left_of_grant(grant)
    if left <= 0 or grant.expires_on is None or grant.expires_on >= now.date():
        return None
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    entry = _use(grant, left, CreditEntryKind.EXPIRED, grant.case, f"grant:{grant.pk}", who)
    _post(entry, Account.WRITTEN_OFF, who)
    return entry


def restore_store_credit(
    *,
    partner_id: int,
    customer_id: int,
    case: str,
    amount: Decimal,
    currency: str,
    about: str,
    who: Who,
) -> StoreCreditEntry:
    """Credit that had paid for something comes back; whoever refunds it writes the posting."""
    locks.lock_store_credit(customer_id, currency)
    entry: StoreCreditEntry = StoreCreditEntry.objects.create(
        partner_id=partner_id,
        customer_id=customer_id,
        kind=CreditEntryKind.GRANTED,
        amount=amount,
        currency=currency,
        case=case,
        reference=about,
        actor=who["actor"].ref,
        at=who["now"],
    )
    _tell(entry, who)
    return entry


def _refuse_more_than_owed(memo: str, amount: Decimal) -> None:
    locks.lock_purpose(memo)
    owed = locks.lock_memo(int(memo.removeprefix(MEMO)))
    if amount > owed.unspent - owed.kept_back - queries.sum_pending_refunds(memo):
        raise ActionBlocked("The credit memo owes less than that.")


def _use(
    grant: StoreCreditEntry, amount: Decimal, kind: str, case: str, about: str, who: Who
) -> StoreCreditEntry:
    entry: StoreCreditEntry = StoreCreditEntry.objects.create(
        partner_id=grant.partner_id,
        customer_id=grant.customer_id,
        kind=kind,
        amount=-amount,
        currency=grant.currency,
        grant=grant,
        case=case,
        reference=about,
        actor=who["actor"].ref,
        at=who["now"],
    )
    return entry


def _post(entry: StoreCreditEntry, other: str, who: Who) -> None:
    """Credit we give is what we owe: below zero on its account, and back when it is used."""
    post(
        partner_id=entry.partner_id,
        sides=[(Account.STORE_CREDIT, -entry.amount), (other, entry.amount)],
        currency=entry.currency,
        cause=f"store_credit_{entry.kind}",
        case=entry.case,
        about=entry.reference,
        who=who,
    )
    _tell(entry, who)


def _tell(entry: StoreCreditEntry, who: Who) -> None:
    record(
        kind=f"store_credit.{entry.kind}",
        partner_id=entry.partner_id,
        subject=reference(entry),
        case=entry.case,
        actor=who["actor"],
        op_id=who["op_id"],
        now=who["now"],
        data={
            "customer": f"customer:{entry.customer_id}",
            "amount": str(entry.amount),
            "currency": entry.currency,
            "reference": entry.reference,
        },
    )

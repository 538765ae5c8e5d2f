"""How an intent with money is written down: under which name it can happen once, and for whom.

Nothing here is asked of a provider, and nothing is exported as a command: these are the steps that
commands share.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from celery import current_app
from django.db import transaction

from core import clock
from core.errors import ActionBlocked, BadInput
from core.money import quantum
from orders.models import PaymentMethod, Tender
from orders.services import promise_refund
from payments import locks, queries
from payments.models import MoneyOperation, ProviderAccount
from payments.rules import follow_up_key, refund_key
from payments.services.promises import free_what_was_promised
from payments.services.timeline import Who, tell
from payments.states import BY_HAND, LIVE, STORE_CREDIT, OperationKind, OperationState


class MoneyUnknown(ActionBlocked):
    """Nobody knows yet whether money moved for this purpose, so nothing more is tried."""

    code = "money_unknown"


class MoneyUnderWay(ActionBlocked):
    """Another amount is on its way for the same purpose."""

    code = "money_under_way"


class PayoutsHeld(ActionBlocked):
    """A dispute is open for the payment that would be refunded."""

    code = "payouts_held"


class NoProvider(ActionBlocked):
    """The partner has no account with a payment provider."""

    code = "no_payment_provider"


def release_older_holds(newest: MoneyOperation, who: Who) -> None:
    """A renewed hold stands: the one before is let go, or the card would carry both."""
    older = MoneyOperation.objects.filter(
        purpose=newest.purpose,
        kind=OperationKind.AUTHORISE,
        state=OperationState.SUCCEEDED,
        pk__lt=newest.pk,
    ).exclude(
        followers__state__in=[*LIVE, OperationState.SUCCEEDED],
        followers__kind__in=[OperationKind.CAPTURE, OperationKind.VOID],
    )
    for hold in older.order_by("pk"):
        follow(hold, OperationKind.VOID, hold.amount, who)


def plan_refund_of_tender(
    *,
    partner_id: int,
    case: str,
    purpose: str,
    tender_id: int,
    amount: Decimal,
    currency: str,
    reason: str,
    who: Who,
    wait: dt.timedelta = dt.timedelta(0),
    business_key: str = "",
    by_hand: bool = False,
) -> MoneyOperation:
    """Promise a refund of one payment, to be sent after `wait`; the purpose is locked.

    `by_hand`: people pay it out, whoever took the payment.
    """
    refuse_while_unknown(purpose)
    refuse_while_disputed(tender_id)
    tender = Tender.objects.select_related("order").get(pk=tender_id)
    given_back = queries.sum_refunds(purpose=purpose, tender_id=tender_id)
    promise_refund(tender_id=tender_id, amount=amount, **who)
    account = queries.find_account(partner_id=partner_id, adapter=tender.provider)
    return write(
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        business_key=business_key or refund_key(purpose, tender_id, given_back),
        kind=OperationKind.REFUND,
        amount=amount,
        currency=currency,
        order_id=tender.order_id,
        tender_id=tender_id,
        account=account if tender.provider_reference and not by_hand else None,
        provider=BY_HAND if by_hand else _route_of(tender, account),
        reason=reason,
        wait=wait,
        who=who,
    )


def _route_of(tender: Tender, account: ProviderAccount | None) -> str:
    if tender.kind == Tender.Kind.STORE_CREDIT:
        return STORE_CREDIT
    return account.adapter if account and tender.provider_reference else BY_HAND


def write(
    *,
    partner_id: int,
    case: str,
    purpose: str,
    business_key: str,
    kind: str,
    amount: Decimal,
    currency: str,
    who: Who,
    account: ProviderAccount | None,
    provider: str = "",
    order_id: int | None = None,
    tender_id: int | None = None,
    parent: MoneyOperation | None = None,
    method: PaymentMethod | None = None,
    reason: str = "",
    wait: dt.timedelta = dt.timedelta(0),
) -> MoneyOperation:
    """Write the intent and wake the courier on commit."""
    if amount <= 0 or amount % quantum(currency):
        raise BadInput(f"{amount} is no amount of {currency}.", field="amount")
    due_at = clock.database_now() + wait
    operation: MoneyOperation = MoneyOperation.objects.create(
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        business_key=business_key,
        kind=kind,
        amount=amount,
        currency=currency,
        order_id=order_id,
        tender_id=tender_id,
        parent=parent,
        payment_method=method,
        account=account,
        provider=provider or (account.adapter if account else BY_HAND),
        reason=reason,
        planned_by=who["actor"].ref,
        planned_at=who["now"],
        not_before=due_at if wait else None,
        due_at=due_at,
    )
    tell(operation, "planned", **who)
    transaction.on_commit(_wake, robust=True)
    return operation


def abandon(operation: MoneyOperation, who: Who) -> None:
    """Call a planned operation off; what it had set aside is free again."""
    operation.abandon()
    operation.ended_at = who["now"]
    operation.save()
    free_what_was_promised(operation, who)
    tell(operation, "abandoned", **who)


def charge(
    *,
    kind: str,
    business_key: str,
    method: PaymentMethod,
    partner_id: int,
    case: str,
    purpose: str,
    order_id: int | None,
    amount: Decimal,
    currency: str,
    who: Who,
) -> MoneyOperation:
    refuse_while_unknown(purpose)
    if running := _live(business_key):
        return _same(running, amount)
    account = queries.find_account(partner_id=partner_id, adapter=method.provider)
    if account is None:
        raise NoProvider("No account with this card's payment provider is connected.")
    return write(
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        business_key=business_key,
        kind=kind,
        amount=amount,
        currency=currency,
        order_id=order_id,
        method=method,
        account=account,
        who=who,
    )


def follow(hold: MoneyOperation, kind: str, amount: Decimal, who: Who) -> MoneyOperation:
    refuse_while_unknown(hold.purpose)
    key = follow_up_key(kind, hold.pk)
    if running := _live(key):
        return _same(running, amount)
    return write(
        partner_id=hold.partner_id,
        case=hold.case,
        purpose=hold.purpose,
        business_key=key,
        kind=kind,
        amount=amount,
        currency=hold.currency,
        order_id=hold.order_id,
        method=hold.payment_method,
        parent=hold,
        account=hold.account,
        who=who,
    )


def _live(business_key: str) -> MoneyOperation | None:
    return MoneyOperation.objects.filter(business_key=business_key, state__in=LIVE).first()


def _same(running: MoneyOperation, amount: Decimal) -> MoneyOperation:
    if running.amount != amount:
        raise MoneyUnderWay(
            f"{running.amount.normalize():f} {running.currency} is on its way already."
        )
    return running


def refuse_while_unknown(purpose: str) -> None:
    unknown = MoneyOperation.objects.filter(purpose=purpose, state=OperationState.UNKNOWN)
    if found := unknown.first():
        raise MoneyUnknown(
            f"It is not known whether {found.amount.normalize():f} {found.currency} moved. "
            "Until it is, nothing more is tried.",
            operation=found.public_id,
        )


def refuse_while_disputed(tender_id: int) -> None:
    """A bank may be taking the same money back. Locks out a dispute that comes just now."""
    locks.lock_payouts(tender_id)
    if queries.is_disputed(tender_id):
        raise PayoutsHeld(
            "The customer's bank disputes this payment: nothing is refunded until that is decided."
        )


def _wake() -> None:
    """By its name: a service knows no tasks. Failing is harmless, the schedule comes by."""
    current_app.send_task("payments.carry_out")

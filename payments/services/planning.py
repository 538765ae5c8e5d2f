"""What is intended with money, written down before anybody is asked for it.

Each function needs its caller's transaction and calls no provider. After commit the courier does
what is due; what it was told stands in the operation's row, with the key it keeps for ever.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from celery import current_app
from django.db import transaction

from core import clock
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.money import quantum
from core.transactions import requires_transaction
from orders.models import PaymentMethod, Tender
from orders.services import promise_refund
from payments import locks, queries
from payments.models import MoneyOperation, ProviderAccount
from payments.rules import charge_key, follow_up_key, refund_key
from payments.services.promises import free_what_was_promised
from payments.services.timeline import Who, tell
from payments.states import BY_HAND, LIVE, STORE_CREDIT, OperationKind, OperationState


class MoneyUnknown(ActionBlocked):
    """Nobody knows yet whether money moved for this purpose, so nothing more is tried."""

    code = "money_unknown"


class MoneyUnderWay(ActionBlocked):
    """Another amount is on its way for the same purpose."""

    code = "money_under_way"


class NoProvider(ActionBlocked):
    """The partner has no account with a payment provider."""

    code = "no_payment_provider"


@requires_transaction
def collect(
    *,
    partner_id: int,
    case: str,
    purpose: str,
    order_id: int | None,
    amount: Decimal,
    currency: str,
    payment_method_id: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> MoneyOperation:
    """Charge a card on file. The same again while it is under way is the one that is there.

    Raises `MoneyUnknown`, `MoneyUnderWay`, `NoProvider`.
    """
    locks.lock_purpose(purpose)
    charged = queries.get_money(purpose).captured_in_all
    return _charge(
        kind=OperationKind.CAPTURE,
        business_key=charge_key(purpose, charged, kind="capture"),
        method=PaymentMethod.objects.for_partner(partner_id).get(pk=payment_method_id),
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        order_id=order_id,
        amount=amount,
        currency=currency,
        who={"actor": actor, "now": now, "op_id": op_id},
    )


@requires_transaction
def hold_card(
    *,
    partner_id: int,
    case: str,
    purpose: str,
    order_id: int | None,
    amount: Decimal,
    currency: str,
    payment_method_id: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> MoneyOperation:
    """Reserve `amount` on a card on file, for goods that leave before others come back."""
    locks.lock_purpose(purpose)
    before = queries.count_holds(purpose)
    return _charge(
        kind=OperationKind.AUTHORISE,
        business_key=charge_key(purpose, Decimal(before), kind="authorise"),
        method=PaymentMethod.objects.for_partner(partner_id).get(pk=payment_method_id),
        partner_id=partner_id,
        case=case,
        purpose=purpose,
        order_id=order_id,
        amount=amount,
        currency=currency,
        who={"actor": actor, "now": now, "op_id": op_id},
    )


@requires_transaction
def capture_card_hold(
    *, purpose: str, amount: Decimal, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> MoneyOperation:
    """Take `amount` of the card hold of a purpose; the rest of it is free again."""
    locks.lock_purpose(purpose)
    hold = _running_hold(purpose)
    if amount > hold.amount:
        raise BadInput("The card hold is for less than that.", field="amount")
    return _follow(
        hold, OperationKind.CAPTURE, amount, {"actor": actor, "now": now, "op_id": op_id}
    )


@requires_transaction
def release_card_hold(
    *, purpose: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> MoneyOperation | None:
    """Let go of the card hold of a purpose; None when there is none that still runs."""
    locks.lock_purpose(purpose)
    hold = queries.get_running_hold(purpose)
    if hold is None:
        return None
    return _follow(
        hold, OperationKind.VOID, hold.amount, {"actor": actor, "now": now, "op_id": op_id}
    )


@requires_transaction
def refund_payment(
    *,
    purpose: str,
    amount: Decimal,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[MoneyOperation]:
    """Give back what was collected for a purpose, newest payment first.

    `reason` is a code: “cancelled”, “late_return”. Raises `RefundShortfall` when less was taken.
    """
    locks.lock_purpose(purpose)
    plan = queries.plan_refund_of_purpose(purpose=purpose, amount=amount)
    source = queries.get_latest_charge(purpose)
    assert source is not None  # the plan says so
    return [
        plan_refund_of_tender(
            partner_id=source.partner_id,
            case=source.case,
            purpose=purpose,
            tender_id=part.tender_id,
            amount=part.amount,
            currency=plan.currency,
            reason=reason,
            who={"actor": actor, "now": now, "op_id": op_id},
        )
        for part in plan.parts
    ]


@requires_transaction
def abandon_planned(
    *, purpose: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[MoneyOperation]:
    """Call off whatever is planned for a purpose and has not been sent."""
    locks.lock_purpose(purpose)
    planned = locks.lock_planned(purpose)
    for operation in planned:
        abandon(operation, {"actor": actor, "now": now, "op_id": op_id})
    return planned


# --- how ---


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
) -> MoneyOperation:
    """Promise a refund of one payment, to be sent after `wait`; the purpose is locked."""
    _refuse_while_unknown(purpose)
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
        account=account if tender.provider_reference else None,
        provider=_route_of(tender, account),
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


def _charge(
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
    _refuse_while_unknown(purpose)
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


def _follow(hold: MoneyOperation, kind: str, amount: Decimal, who: Who) -> MoneyOperation:
    _refuse_while_unknown(hold.purpose)
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


def _running_hold(purpose: str) -> MoneyOperation:
    hold = queries.get_running_hold(purpose)
    if hold is None:
        raise ActionBlocked("No card hold is running for this.")
    return hold


def _live(business_key: str) -> MoneyOperation | None:
    return MoneyOperation.objects.filter(business_key=business_key, state__in=LIVE).first()


def _same(running: MoneyOperation, amount: Decimal) -> MoneyOperation:
    if running.amount != amount:
        raise MoneyUnderWay(f"{running.amount:f} {running.currency} is on its way already.")
    return running


def _refuse_while_unknown(purpose: str) -> None:
    unknown = MoneyOperation.objects.filter(purpose=purpose, state=OperationState.UNKNOWN)
    if found := unknown.first():
        raise MoneyUnknown(
            f"It is not known whether {found.amount:f} {found.currency} moved. Until it is, "
            "nothing more is tried.",
            operation=found.public_id,
        )


def _wake() -> None:
    """By its name: a service knows no tasks. Failing is harmless, the schedule comes by."""
    current_app.send_task("payments.carry_out")

"""What is intended with money, written down before anybody is asked for it.

Each function needs its caller's transaction and calls no provider. After commit the courier does
what is due; what it was told stands in the operation's row, with the key it keeps for ever.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.transactions import requires_transaction
from orders.models import PaymentMethod
from payments import locks, queries
from payments.models import MoneyOperation
from payments.rules import charge_key
from payments.services.intents import abandon, charge, follow, plan_refund_of_tender
from payments.states import OperationKind


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

    A link that asks for the same is to be withdrawn in the same transaction, by the caller.
    Raises `MoneyUnknown`, `MoneyUnderWay`, `NoProvider`.
    """
    locks.lock_purpose(purpose)
    charged = queries.get_money(purpose).captured
    return charge(
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
    return charge(
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
    return follow(hold, OperationKind.CAPTURE, amount, {"actor": actor, "now": now, "op_id": op_id})


@requires_transaction
def release_card_hold(
    *, purpose: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> MoneyOperation | None:
    """Let go of the card hold of a purpose; None when there is none that still runs."""
    locks.lock_purpose(purpose)
    hold = queries.get_running_hold(purpose)
    if hold is None:
        return None
    return follow(
        hold, OperationKind.VOID, hold.amount, {"actor": actor, "now": now, "op_id": op_id}
    )


@requires_transaction
def renew_card_hold(
    *, hold_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> MoneyOperation | None:
    """Hold the card anew before this hold lapses; None when somebody has, or it is over."""
    old = MoneyOperation.objects.get(pk=hold_id)
    locks.lock_purpose(old.purpose)
    running = queries.get_running_hold(old.purpose)
    if running is None or running.pk != old.pk or old.payment_method_id is None:
        return None
    if MoneyOperation.objects.filter(
        purpose=old.purpose, kind=OperationKind.AUTHORISE, pk__gt=old.pk
    ).exists():
        return None
    return hold_card(
        partner_id=old.partner_id,
        case=old.case,
        purpose=old.purpose,
        order_id=old.order_id,
        amount=old.amount,
        currency=old.currency,
        payment_method_id=old.payment_method_id,
        actor=actor,
        now=now,
        op_id=op_id,
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


def _running_hold(purpose: str) -> MoneyOperation:
    hold = queries.get_running_hold(purpose)
    if hold is None:
        raise ActionBlocked("No card hold is running for this.")
    return hold

"""Payments of an order and what is given back of them, in two phases: promised, then gone.

Each step is one conditional UPDATE, so that two refunds at once can never promise the same money.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.transactions import requires_transaction
from orders.locks import lock_order
from orders.models import Order, Tender

ZERO = Decimal(0)


class TenderExhausted(ActionBlocked):
    """The payment cannot give back that much any more."""

    code = "tender_exhausted"


@requires_transaction
def add_payment(
    *,
    order_id: int,
    kind: str,
    label: str,
    amount: Decimal,
    provider: str,
    provider_reference: str,
    payment_method_id: int | None,
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> Tender:
    """Write down what was taken for an order, and by whom."""
    order = lock_order(order_id)
    tender = Tender.objects.create(
        partner_id=order.partner_id,
        order=order,
        position=order.tenders.count() + 1,
        kind=kind,
        label=label,
        captured=amount,
        provider=provider,
        provider_reference=provider_reference,
        payment_method_id=payment_method_id,
    )
    _tell(order, tender, "paid", amount, actor=actor, now=now, op_id=op_id)
    return tender


@requires_transaction
def promise_refund(
    *, tender_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> None:
    """Set `amount` of a payment aside for a refund. Raises `TenderExhausted`."""
    free = F("captured") - F("refunded") - F("pending")
    changed = (
        Tender.objects.annotate(free=free)
        .filter(pk=tender_id, free__gte=amount)
        .update(pending=F("pending") + amount)
    )
    if not changed:
        raise TenderExhausted("This payment cannot give back that much any more.")


@requires_transaction
def complete_refund(
    *, tender_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> None:
    """What was promised has left."""
    _change(tender_id, pending=F("pending") - amount, refunded=F("refunded") + amount)
    _tell_of(tender_id, "refunded", amount, actor=actor, now=now, op_id=op_id)


@requires_transaction
def drop_refund(
    *, tender_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> None:
    """What was promised does not leave after all, and may be promised again."""
    _change(tender_id, pending=F("pending") - amount)


@requires_transaction
def reverse_refund(
    *, tender_id: int, amount: Decimal, actor: Actor, now: datetime, op_id: UUID | None = None
) -> None:
    """What had left came back: the provider could not deliver it."""
    _change(tender_id, refunded=F("refunded") - amount)
    _tell_of(tender_id, "refund_reversed", amount, actor=actor, now=now, op_id=op_id)


@requires_transaction
def follow_payment(
    *,
    order_id: int,
    provider_reference: str,
    captured: Decimal | None,
    refunded: Decimal | None,
    actor: Actor,
    now: datetime,
    op_id: UUID | None = None,
) -> bool:
    """Take over what a channel says of a payment that it took itself; False when nothing is new.

    Both only grow, and never into what is promised to refunds of the desk. A payment that the
    desk has taken is none of the channel's: what became of it is known from its provider.
    """
    order = lock_order(order_id)
    taken = order.tenders.filter(provider_reference=provider_reference, provider="")
    tender = taken.order_by("position").first()
    if tender is None:
        return False
    before = tender.captured, tender.refunded
    tender.captured = max(tender.captured, captured or ZERO)
    room = tender.captured - tender.pending
    tender.refunded = max(tender.refunded, min(refunded or ZERO, room))
    if (tender.captured, tender.refunded) == before:
        return False
    tender.save(update_fields=["captured", "refunded"])
    happened = "refunded" if tender.refunded != before[1] else "paid"
    amount = tender.refunded - before[1] or tender.captured - before[0]
    _tell(order, tender, happened, amount, actor=actor, now=now, op_id=op_id)
    return True


def _change(tender_id: int, **changes: object) -> None:
    if not Tender.objects.filter(pk=tender_id).update(**changes):
        raise Tender.DoesNotExist(f"no tender {tender_id}")


def _tell_of(
    tender_id: int,
    happened: str,
    amount: Decimal,
    *,
    actor: Actor,
    now: datetime,
    op_id: UUID | None,
) -> None:
    tender = Tender.objects.get(pk=tender_id)
    order = lock_order(tender.order_id)
    _tell(order, tender, happened, amount, actor=actor, now=now, op_id=op_id)


def _tell(
    order: Order,
    tender: Tender,
    happened: str,
    amount: Decimal,
    *,
    actor: Actor,
    now: datetime,
    op_id: UUID | None,
) -> None:
    record(
        kind=f"order.{happened}",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
        case=order.based_on,
        data={"tender": tender.pk, "amount": str(amount), "currency": order.currency},
    )

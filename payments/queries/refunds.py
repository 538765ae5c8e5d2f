"""What the payments of a chain of orders can give back, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.errors import ActionBlocked
from orders.models import OrderLine, Tender
from payments.models import MoneyOperation
from payments.rules import OpenTender, RefundPlan, RefundShortfall
from payments.rules import plan_refund as plan_parts
from payments.states import OperationKind, OperationState


def plan_refund(*, order_ids: Iterable[int], amount: Decimal, currency: str) -> RefundPlan:
    """Which payments of these orders, and of those they go back to, give how much of `amount`.

    Credit carried over is no money: it leads to the payments of the order it came from. What
    was paid last goes back first. A shortfall is part of the plan; nothing is posted here.
    """
    return plan_parts(amount, currency, _open_tenders(_chain(order_ids)))


def plan_refund_of_purpose(*, purpose: str, amount: Decimal) -> RefundPlan:
    """The same for what was collected for a purpose. Raises `RefundShortfall`."""
    charges = MoneyOperation.objects.filter(
        purpose=purpose, kind=OperationKind.CAPTURE, state=OperationState.SUCCEEDED
    )
    taken = list(charges.exclude(tender=None).values_list("tender_id", "currency"))
    if not taken:
        raise ActionBlocked("Nothing was collected for this.")
    tenders = Tender.objects.filter(pk__in=[tender for tender, _ in taken]).order_by("-pk")
    plan = plan_parts(amount, taken[0][1], [_open(tender) for tender in tenders])
    if plan.shortfall > 0:
        raise RefundShortfall(plan)
    return plan


def list_orders_of_chain(order_ids: Iterable[int]) -> list[int]:
    """The orders and those that they replaced or live on the credit of, newest first."""
    return sorted(_chain(order_ids), reverse=True)


def _chain(order_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    ahead = set(order_ids)
    while ahead:
        found |= ahead
        replaced = OrderLine.objects.filter(order__in=ahead, replaces__isnull=False)
        carried = Tender.objects.filter(order__in=ahead, source__isnull=False)
        ahead = {
            *replaced.values_list("replaces__order_id", flat=True),
            *carried.values_list("source__order_id", flat=True),
        } - found
    return found


def _open_tenders(order_ids: Iterable[int]) -> list[OpenTender]:
    tenders = Tender.objects.filter(order__in=order_ids).exclude(kind=Tender.Kind.EXCHANGE_CREDIT)
    return [_open(one) for one in tenders.order_by("-order_id", "-position")]


def _open(tender: Tender) -> OpenTender:
    return OpenTender(
        tender_id=tender.pk,
        kind=tender.kind,
        label=tender.label or Tender.Kind(tender.kind).label,
        refundable=tender.refundable,
    )

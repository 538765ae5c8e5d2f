"""What the payments of a chain of orders can give back, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from core.actors import Actor
from core.errors import ActionBlocked
from core.models import User
from core.permissions import roles_of
from core.roles import Role
from core.verdicts import Verdict
from orders.models import OrderLine, Tender
from payments.models import MoneyOperation
from payments.rules import Limits, OpenTender, RefundPlan, RefundShortfall, can_refund
from payments.rules import plan_refund as plan_parts
from payments.states import OperationKind, OperationState


def plan_refund(
    *,
    order_ids: Iterable[int],
    amount: Decimal,
    currency: str,
    without: Collection[int] = (),
) -> RefundPlan:
    """Which payments of these orders, and of those they go back to, give how much of `amount`.

    Credit carried over is no money: it leads to the payments of the order it came from. What
    was paid last goes back first. A shortfall is part of the plan; nothing is posted here.
    """
    tenders = [one for one in _open_tenders(_chain(order_ids)) if one.tender_id not in without]
    return plan_parts(amount, currency, tenders)


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


def judge_refund(
    *, amount: Decimal, currency: str, actor: Actor, limits: Limits | None = None
) -> Verdict:
    """Whether this person may give it back alone; the desk itself may. A program is an agent."""
    if actor.user_id is not None:
        roles = roles_of(User.objects.get(pk=actor.user_id))
    elif actor.kind == "partner":
        roles = {Role.AGENT}
    else:
        return Verdict.allow()
    return can_refund(amount=amount, currency=currency, roles=roles, by_policy=limits)


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

"""What channels report of payments, taken over where the channel itself took the money.

A payment that the desk took is asked of its provider instead (`payments.courier`, reconciling): a
second account of the same money would count it twice. A dispute or a refund that failed is a
person's to act on; it stands in the order's timeline as it was reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.models import Event
from core.transactions import requires_transaction
from orders import services as orders
from orders.models import Order

CAPTURED, REFUNDED = "captured", "refunded"
ZERO = Decimal(0)


@requires_transaction
def follow_report(
    *,
    order_id: int,
    report: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> bool:
    """Raise what the order's payment captured or refunded; False where that is no news.

    Reports are of the sum so far, or of one refund of several: those are added up, each once
    however often it is told, and what is said of the sum counts where it is more.
    """
    order = Order.objects.get(pk=order_id)
    happened = report.get("happened")
    amount = _sum_of(order, report)
    if amount is None or happened not in {CAPTURED, REFUNDED}:
        return False
    if report.get("currency") != order.currency:
        return False
    return orders.follow_payment(
        order_id=order_id,
        provider_reference=str(report["reference"]),
        captured=amount if happened == CAPTURED else None,
        refunded=amount if happened == REFUNDED else None,
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _sum_of(order: Order, report: Mapping[str, Any]) -> Decimal | None:
    """What was taken or given back of the payment so far, by this report and those before."""
    if not report.get("step"):
        return _amount_in(report, "amount")
    told = Event.objects.filter(
        kind="payment.reported",
        subject=reference(order),
        data__reference=report["reference"],
        data__happened=report["happened"],
        data__currency=report["currency"],
    )
    steps: dict[str, Decimal] = {}
    sums = [_amount_in(report, "sum_so_far")]
    for data in told.order_by("sequence").values_list("data", flat=True):
        sums.append(_amount_in(data, "sum_so_far"))
        if step := data.get("step"):
            steps[step] = _amount_in(data, "amount") or ZERO
    known = [amount for amount in (*sums, sum(steps.values(), ZERO)) if amount]
    return max(known, default=None)


def _amount_in(report: Mapping[str, Any], name: str) -> Decimal | None:
    try:
        amount = Decimal(str(report.get(name)))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None

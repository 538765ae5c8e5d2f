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
from core.transactions import requires_transaction
from orders import services as orders
from orders.models import Order

CAPTURED, REFUNDED = "captured", "refunded"


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

    Reports are of the sum so far, or of one step: so the larger of both is kept, never their sum.
    """
    amount = _amount_of(report)
    order = Order.objects.get(pk=order_id)
    happened = report.get("happened")
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


def _amount_of(report: Mapping[str, Any]) -> Decimal | None:
    try:
        amount = Decimal(str(report.get("amount")))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None

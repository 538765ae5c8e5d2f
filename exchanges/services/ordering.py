from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from exchanges import queries
from exchanges.models import Exchange, Quote
from exchanges.services.timeline import Who
from orders import services as orders
from orders.models import Order
from orders.services import ExchangeOrderLine
from payments.services.moving import move_charges

PER_UNIT = Decimal("0.000001")


@requires_transaction
def register_replacement(
    exchange: Exchange,
    *,
    quote: Quote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Order:
    """The replacement order of an accepted quote; each exchange line learns its order line.

    It counts its prices as the order does from which the goods come back. An order of an earlier
    quote is cancelled, and what was paid for it pays for this one.
    """
    before = exchange.replacement_order
    returned = queries.list_exchanged_lines(exchange)
    sold = returned[0].order_line
    case = exchange.return_case
    order = orders.register_exchange_order(
        partner_id=exchange.partner_id,
        channel_id=case.channel_id,
        customer_id=case.customer_id,
        ship_to_id=sold.order.ship_to_id,
        based_on=exchange.case,
        currency=quote.currency,
        prices_include_tax=sold.prices_include_tax,
        number=f"{exchange.number}/{quote.number}" if before else exchange.number,
        external_id=f"{exchange.public_id}/{quote.number}" if before else exchange.public_id,
        lines=[_order_line(row, inclusive=sold.prices_include_tax) for row in quote.lines],
        shipping_total=quote.shipping,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    if before is not None:
        who: Who = {"actor": actor, "now": now, "op_id": op_id}
        orders.cancel_order(order_id=before.pk, **who)
        orders.take_over_payments(from_order_id=before.pk, to_order_id=order.pk, **who)
        move_charges(purpose=reference(exchange), to_order_id=order.pk, **who)
    ordered = {line.position: line for line in order.lines.all()}
    for line in queries.list_lines(exchange):
        line.order_line = ordered[line.position]
        line.save()
    return order


def _order_line(row: dict[str, Any], *, inclusive: bool) -> ExchangeOrderLine:
    net, tax, gross = (Decimal(row[name]) for name in ("net", "tax", "gross"))
    quantity: int = row["quantity"]
    return ExchangeOrderLine(
        variant_id=row["variant_id"],
        sku=row["sku"],
        title=row["title"],
        quantity=quantity,
        list_price=((gross if inclusive else net) / quantity).quantize(PER_UNIT),
        net=net,
        tax=tax,
        gross=gross,
        tax_name=row["tax_name"],
        tax_rate=Decimal(row["tax_rate"]) if row["tax_rate"] is not None else None,
        replaces_id=row["replaces"],
    )

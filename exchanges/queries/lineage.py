"""What became of what: the chain of exchanges that one purchase has gone through."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from exchanges.models import Exchange
from orders.models import Order, OrderLine
from orders.states import Purpose

LONGEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One purchase or replacement. `paid` is what the customer gave for it beyond its credit."""

    order: Order
    goods: str
    value: Decimal
    paid: Decimal


def list_chain(exchange: Exchange) -> list[Link]:
    """From the first purchase to this replacement, oldest first; one link where it is the first."""
    last = exchange.replacement_order
    if last is None:
        return []
    return list_chain_of_order(last)


def list_chain_of_order(order: Order) -> list[Link]:
    """The orders before this one that its goods stand in for, and this one last."""
    chain, seen = [order], {order.pk}
    while len(chain) < LONGEST and chain[-1].purpose == Purpose.EXCHANGE:
        replaced = (
            OrderLine.objects.filter(replaced_by__order=chain[-1])
            .select_related("order")
            .order_by("position")
            .first()
        )
        if replaced is None or replaced.order_id in seen:
            break
        seen.add(replaced.order_id)
        chain.append(replaced.order)
    return [_link(each) for each in reversed(chain)]


def _link(order: Order) -> Link:
    lines = order.lines.order_by("position")
    paid = [
        tender.captured - tender.refunded
        for tender in order.tenders.all()
        if tender.kind != "exchange_credit"
    ]
    return Link(
        order=order,
        goods=", ".join(f"{line.quantity} × {line.title}" for line in lines),
        value=order.grand_total,
        paid=sum(paid, Decimal(0)),
    )

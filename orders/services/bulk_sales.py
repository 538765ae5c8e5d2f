"""Many new orders by a few statements. They are what `take_sale` would have made of each.

Only what is plainly new is taken: an order that is known already, or that comes twice among
these, is left to `take_sale`. Whatever the database refuses fails all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from core import bulk
from core.actors import Actor
from core.events import Told, record_many, reference
from core.transactions import requires_transaction
from orders.locks import lock_external_ids
from orders.models import Channel, Customer, Order, OrderAddress, OrderLine
from orders.queries import list_known_orders, match_variants
from orders.sales import Sale, SaleAddress
from orders.services.building import (
    advance,
    build_lines,
    build_order,
    build_taxes,
    build_tenders,
    build_units,
)
from orders.services.bulk_customers import keep_customers

ADDRESS = tuple(field.name for field in fields(SaleAddress))


@dataclass(frozen=True, slots=True)
class NewSale:
    """A sale and where it was made."""

    channel: Channel
    sale: Sale

    @property
    def key(self) -> tuple[int, str]:
        return self.channel.pk, self.sale.external_id


@requires_transaction
def register_orders(
    *, sales: Sequence[NewSale], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[Order | None]:
    """Write the sales that are plainly new; None in the place of each other one."""
    lock_external_ids([new.key for new in sales])
    seen = Counter(new.key for new in sales)
    known = list_known_orders(list(seen))
    fresh = [new for new in sales if seen[new.key] == 1 and new.key not in known]
    orders = dict(zip((new.key for new in fresh), _register(fresh), strict=True))
    _tell(list(orders.values()), actor=actor, now=now, op_id=op_id)
    return [orders.get(new.key) for new in sales]


def _register(fresh: Sequence[NewSale]) -> list[Order]:
    customers = keep_customers([(new.channel, new.sale.customer) for new in fresh])
    addresses = [
        _build_address(customer, new.sale.ship_to)
        for new, customer in zip(fresh, customers, strict=True)
    ]
    bulk.insert([address for address in addresses if address is not None])
    orders = [
        build_order(new.channel, customer, address, new.sale)
        for new, customer, address in zip(fresh, customers, addresses, strict=True)
    ]
    variants = _match_variants(fresh)
    lines = [
        build_lines(order, new.sale.lines, variants[new.channel.partner_id])
        for order, new in zip(orders, fresh, strict=True)
    ]
    for order, rows, new in zip(orders, lines, fresh, strict=True):
        advance(order, rows, new.sale)
    bulk.insert(orders)
    bulk.keep_history(orders, kind="+", at=timezone.now())
    _write_parts(orders, lines, fresh)
    return orders


def _build_address(customer: Customer, stated: SaleAddress | None) -> OrderAddress | None:
    if stated is None:
        return None
    place = {name: getattr(stated, name) for name in ADDRESS}
    return bulk.make(OrderAddress, partner_id=customer.partner_id, customer=customer, **place)


def _match_variants(fresh: Sequence[NewSale]) -> dict[int, dict[str, int]]:
    """By partner: SKU → variant."""
    return {
        partner: match_variants(
            partner_id=partner,
            skus={line.sku for new in fresh if new.channel.partner_id == partner
                  for line in new.sale.lines},
        )
        for partner in {new.channel.partner_id for new in fresh}
    }  # fmt: skip


def _write_parts(
    orders: Sequence[Order], lines: Sequence[list[OrderLine]], fresh: Sequence[NewSale]
) -> None:
    ids = iter(bulk.draw_ids(OrderLine, sum(map(len, lines))))
    for order, rows in zip(orders, lines, strict=True):
        for row in rows:
            row.order_id, row.pk = order.pk, next(ids)
    bulk.insert([row for rows in lines for row in rows], have_ids=True)
    pairs = list(zip(lines, (new.sale.lines for new in fresh), strict=True))
    bulk.insert([tax for rows, stated in pairs for tax in build_taxes(rows, stated)])
    bulk.insert([unit for rows, stated in pairs for unit in build_units(rows, stated)])
    bulk.insert(
        [
            tender
            for order, new in zip(orders, fresh, strict=True)
            for tender in build_tenders(order, new.sale.tenders)
        ]
    )


def _tell(orders: Sequence[Order], *, actor: Actor, now: datetime, op_id: UUID | None) -> None:
    told = [
        Told(
            partner_id=order.partner_id,
            subject=reference(order),
            data={
                "number": order.number,
                "channel": order.channel.code,
                "total": str(order.grand_total),
            },
        )
        for order in orders
    ]
    record_many(kind="order.registered", told=told, actor=actor, now=now, op_id=op_id, are_new=True)

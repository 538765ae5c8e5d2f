"""The only row locks on orders. Imported by `orders.services` alone; lines by pk, always."""

from __future__ import annotations

from collections.abc import Iterable

from core.asking import ask
from core.kept import KeptQuery
from core.transactions import lock_name, requires_transaction
from orders.models import Customer, Order, OrderLine

_ORDER: KeptQuery[Order] = KeptQuery(
    lambda pk: Order.objects.filter(pk=pk).select_for_update(no_key=True)
)
_LINES: KeptQuery[OrderLine] = KeptQuery(
    lambda pks: OrderLine.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
)


@requires_transaction
def lock_order(order_id: int) -> Order:
    """The order's row, locked against every other writer. Raises Order.DoesNotExist."""
    return _ORDER.get(order_id)


@requires_transaction
def lock_lines(line_ids: Iterable[int]) -> list[OrderLine]:
    """The lines in pk order, locked in that order, so that two cases cannot deadlock."""
    wanted = sorted(set(line_ids))
    found = _LINES(wanted)
    if len(found) != len(wanted):
        raise OrderLine.DoesNotExist(f"no such order line among {wanted}")
    return found


@requires_transaction
def lock_external_id(channel_id: int, external_id: str) -> None:
    """Wait for whoever else takes in this order of the channel.

    An order that is not there yet has no row to lock; an advisory lock stands in until commit.
    """
    lock_name(f"order:{channel_id}:{external_id}")


@requires_transaction
def lock_external_ids(keys: Iterable[tuple[int, str]]) -> None:
    """Like `lock_external_id` for orders of many channels, always in one sequence."""
    ask(
        "SELECT pg_advisory_xact_lock(wanted.lock) FROM (SELECT DISTINCT"
        " hashtextextended(name, 0) AS lock FROM unnest(%s::text[]) AS name ORDER BY 1) wanted",
        [[f"order:{channel_id}:{external_id}" for channel_id, external_id in keys]],
    )


@requires_transaction
def lock_customers(customer_ids: Iterable[int]) -> list[Customer]:
    """People whose rows a batch may change, in pk order."""
    wanted = Customer.objects.filter(pk__in=sorted(customer_ids)).order_by("pk")
    return list(wanted.select_for_update(no_key=True))

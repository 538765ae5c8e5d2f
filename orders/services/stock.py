"""Stock kept for what channels have sold and not sent yet: allocations follow the order.

A channel sells without asking us. What it sold is taken out of stock as soon as its order is
here, so that no exchange is promised the same units. Where they are not there, the sale stays,
a discrepancy says so to people, and the units are taken when some come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import opens_transaction, requires_transaction
from inventory import queries as inventory_queries
from inventory import services as inventory
from inventory.services import AllocationLine, OutOfStock
from inventory.states import DiscrepancySource, DismissReason
from orders.locks import lock_order
from orders.models import Order, OrderLine
from orders.queries import list_unserved_lines
from orders.states import OrderState, Purpose

LEAVING = (OrderState.OPEN, OrderState.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True)
class _Cause:
    """Who moves the units, when, and by which operation."""

    actor: Actor
    now: datetime
    op_id: UUID | None


@requires_transaction
def align_allocations(
    *, order_id: int, actor: Actor, now: datetime, op_id: UUID | None = None
) -> None:
    """Make allocations what the order's units say: sent, given up, or still to be sent.

    However often it is called, and in whatever order news of the order came, the end is the
    same. Replacements are backed by holds and test orders by nothing: neither is touched.
    """
    cause = _Cause(actor, now, op_id)
    order = lock_order(order_id)
    if order.purpose != Purpose.SALE or order.is_test:
        return
    lines = list(order.lines.exclude(variant=None).order_by("pk"))
    kept = _count_kept(order, lines)
    _send(order, lines, kept, cause)
    will_leave = order.state in LEAVING and order.cancelled_at is None
    if will_leave:
        _take(order, [line for line in lines if reference(line) not in kept], cause)
    else:
        _give_up(order, lines, cause)
    over = DismissReason.ARRIVED if will_leave else DismissReason.NOT_SOLD
    for variant_id in sorted({line.variant_id for line in lines if line.variant_id}):
        _review_shortage(order.partner_id, variant_id, over, cause)


@opens_transaction
def serve_waiting_sales(
    *, partner_id: int, variant_id: int, actor: Actor, now: datetime, op_id: UUID
) -> None:
    """Stock of a variant came: take it for the sales that found none, the oldest order first."""
    lines = list_unserved_lines(partner_id=partner_id, variant_id=variant_id)
    order_ids = sorted({line.order_id for line in lines})
    for order_id in order_ids:  # all of them before any stock: that is the order of locks
        lock_order(order_id)
    for order_id in order_ids:
        align_allocations(order_id=order_id, actor=actor, now=now, op_id=op_id)
    if not lines:
        _end_reports(variant_id, DismissReason.NOT_SOLD, _Cause(actor, now, op_id))


def _count_kept(order: Order, lines: Iterable[OrderLine]) -> Counter[str]:
    kept: Counter[str] = Counter()
    for allocation in inventory_queries.list_allocated(
        partner_id=order.partner_id, references=[reference(line) for line in lines]
    ):
        kept[allocation.reference] += allocation.quantity
    return kept


def _send(order: Order, lines: Iterable[OrderLine], kept: Counter[str], cause: _Cause) -> None:
    """More is kept than is still to be sent: the rest has left."""
    all_left = order.state in (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CLOSED)
    left = {}
    for line in lines:
        to_send = 0 if all_left else line.quantity - line.shipped
        if kept[reference(line)] > to_send:
            left[reference(line)] = kept[reference(line)] - to_send
    if left:
        inventory.send_allocated(
            partner_id=order.partner_id,
            references=list(left),
            quantities=left,
            actor=cause.actor,
            now=cause.now,
            op_id=cause.op_id,
        )


def _give_up(order: Order, lines: Iterable[OrderLine], cause: _Cause) -> None:
    inventory.deallocate(
        partner_id=order.partner_id,
        references=[reference(line) for line in lines],
        actor=cause.actor,
        now=cause.now,
        op_id=cause.op_id,
    )


def _take(order: Order, lines: Sequence[OrderLine], cause: _Cause) -> None:
    """What is there, line by line; the lines that are short are left to `_review_shortage`."""
    sent = inventory_queries.list_shipped_references(
        partner_id=order.partner_id, references=[reference(line) for line in lines]
    )
    wanted = [
        AllocationLine(reference(line), line.variant_id, line.quantity - line.shipped)
        for line in lines
        # A part of it was kept and sent, the rest given back by hand: that was meant so.
        if line.variant_id and line.shipped < line.quantity and reference(line) not in sent
    ]
    while wanted:
        try:
            inventory.allocate(
                partner_id=order.partner_id,
                lines=wanted,
                channel=order.channel.code,
                actor=cause.actor,
                now=cause.now,
                op_id=cause.op_id,
            )
        except OutOfStock as refusal:
            short = {shortage.reference for shortage in refusal.shortages}
            # Nobody is named when the last unit went between the two: then nobody gets it now.
            wanted = [line for line in wanted if line.reference not in short] if short else []
        else:
            return


def _review_shortage(partner_id: int, variant_id: int, over: DismissReason, cause: _Cause) -> None:
    """Open, update or end what says that a variant was sold without being there."""
    lines = list_unserved_lines(partner_id=partner_id, variant_id=variant_id)
    if lines:
        _report(partner_id, variant_id, lines, cause)
    else:
        _end_reports(variant_id, over, cause)


def _end_reports(variant_id: int, over: DismissReason, cause: _Cause) -> None:
    for discrepancy in inventory_queries.list_open_discrepancies(
        variant_id=variant_id, source=DiscrepancySource.SALE
    ):
        inventory.settle_discrepancy(
            discrepancy_id=discrepancy.pk,
            reason=over,
            actor=cause.actor,
            now=cause.now,
            op_id=cause.op_id,
        )


def _report(partner_id: int, variant_id: int, lines: Sequence[OrderLine], cause: _Cause) -> None:
    """One for the variant, at the place where most of it lies: sold against free, of all places."""
    known = inventory_queries.list_open_discrepancies(
        variant_id=variant_id, source=DiscrepancySource.SALE
    )
    free = inventory_queries.get_sellable(
        partner_id=partner_id, variant_ids=[variant_id], now=cause.now
    )[variant_id]
    place = known[0].location_id if known else _place_of(partner_id, free)
    sold, there = sum(line.quantity - line.shipped for line in lines), sum(free.values())
    if place is None or sold <= there:
        return
    if known and (known[0].expected, known[0].counted) == (there, sold):
        return
    inventory.open_discrepancy(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=place,
        lot="",
        bucket="available",
        source=DiscrepancySource.SALE,
        reference=reference(lines[-1]),
        expected=there,
        counted=sold,
        counted_at=cause.now,
        actor=cause.actor,
        now=cause.now,
        op_id=cause.op_id,
    )


def _place_of(partner_id: int, free: dict[int, int]) -> int | None:
    if free:
        return max(sorted(free), key=lambda location_id: free[location_id])
    return inventory_queries.get_first_location(partner_id)

"""Where the units of a line are. Counters move under the line's lock, with an event each.

The database keeps them honest even if this module did not: shipped ≤ sold, and what is open,
returned or kept ≤ shipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Sum
from django_fsm import can_proceed

from core.actors import Actor
from core.errors import ActionBlocked, DomainError
from core.events import record, reference
from core.transactions import requires_transaction
from orders.locks import lock_lines, lock_order
from orders.models import Order, OrderLine
from orders.rules import NotReturnable, check_returnable
from orders.states import OrderState


@dataclass(frozen=True, slots=True)
class _Cause:
    """Who moved the units, when, and by which operation: what every event says."""

    actor: Actor
    now: datetime
    op_id: UUID | None


class NotShippable(DomainError):
    """More units would leave than were sold."""

    code = "not_shippable"


@requires_transaction
def claim_return_units(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Set units of each line (id → quantity) aside for a return. All lines or none.

    Raises NotReturnable naming every line that is short, not only the first.
    """
    cause = _Cause(actor, now, op_id)
    lines = lock_lines(quantities)
    check_returnable(lines, quantities=quantities)
    for line in lines:
        _move(line, cause, kind="order_line.claimed", quantity=quantities[line.pk], return_open=1)
    return lines


@requires_transaction
def free_return_units(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Give up a claim: the units may be asked back again."""
    cause = _Cause(actor, now, op_id)
    lines = _lock_claimed(quantities)
    for line in lines:
        _move(line, cause, kind="order_line.freed", quantity=quantities[line.pk], return_open=-1)
    return lines


@requires_transaction
def accept_returned_units(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Claimed units are back and accepted; they can never be returned again."""
    cause = _Cause(actor, now, op_id)
    lines = _lock_claimed(quantities)
    for line in lines:
        quantity = quantities[line.pk]
        _move(
            line, cause, kind="order_line.returned", quantity=quantity, return_open=-1, returned=1
        )
    return lines


@requires_transaction
def keep_units(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Claimed units are waived: the customer keeps them."""
    cause = _Cause(actor, now, op_id)
    lines = _lock_claimed(quantities)
    for line in lines:
        _move(
            line,
            cause,
            kind="order_line.kept",
            quantity=quantities[line.pk],
            return_open=-1,
            kept=1,
        )
    return lines


@requires_transaction
def mark_lines_shipped(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Units have left; the order is shipped, or partly shipped while any unit is still here."""
    cause = _Cause(actor, now, op_id)
    orders, lines = _lock_with_orders(quantities)
    for line in lines:
        if line.shipped + quantities[line.pk] > line.quantity:
            raise NotShippable(f"More of {line} would leave than were sold.", line=line.pk)
        _move(line, cause, kind="order_line.shipped", quantity=quantities[line.pk], shipped=1)
    for order in orders:
        _ship(order, now)
    return lines


@requires_transaction
def take_units_back(
    *, quantities: Mapping[int, int], actor: Actor, now: datetime, op_id: UUID | None = None
) -> list[OrderLine]:
    """Units that had left were brought back undelivered: they count as never shipped."""
    cause = _Cause(actor, now, op_id)
    orders, lines = _lock_with_orders(quantities)
    for line in lines:
        _move(line, cause, kind="order_line.came_back", quantity=quantities[line.pk], shipped=-1)
    for order in orders:
        if order.lines.filter(shipped__gt=0).exists():
            order.come_back_in_part()
        else:
            order.come_back()
        order.shipped_at = None
        order.save()
    return lines


@requires_transaction
def mark_order_delivered(
    *, order_id: int, actor: Actor, now: datetime, op_id: UUID | None = None
) -> Order:
    """The goods are with the customer: return windows count from here. Twice does it once."""
    order = lock_order(order_id)
    if order.state == OrderState.DELIVERED:
        return order
    order.delivered_at = order.delivered_at or now
    return _finish(
        order, _Cause(actor, now, op_id), transition=order.deliver, kind="order.delivered"
    )


@requires_transaction
def cancel_order(*, order_id: int, actor: Actor, now: datetime, op_id: UUID | None = None) -> Order:
    """Nothing of it will leave. Raises ActionBlocked once anything has."""
    order = lock_order(order_id)
    order.cancelled_at = order.cancelled_at or now
    return _finish(
        order, _Cause(actor, now, op_id), transition=order.cancel, kind="order.cancelled"
    )


@requires_transaction
def end_shipping(*, order_id: int, actor: Actor, now: datetime, op_id: UUID | None = None) -> Order:
    """What has left, or lies packed, is all that ever leaves. Twice does it once."""
    order = lock_order(order_id)
    if order.cancelled_at is not None:
        return order
    order.cancelled_at = now
    if order.state == OrderState.PARTLY_SHIPPED:
        order.ship()
        order.shipped_at = now
    order.save()
    record(
        kind="order.shipping_ended",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
        case=order.based_on,
        data={"number": order.number},
    )
    return order


def _lock_claimed(quantities: Mapping[int, int]) -> list[OrderLine]:
    lines = lock_lines(quantities)
    for line in lines:
        if quantities[line.pk] > line.return_open:
            raise NotReturnable(
                f"Not that many units of {line} are on their way back.",
                lines={line.pk: {"wanted": quantities[line.pk], "open": line.return_open}},
            )
    return lines


def _move(line: OrderLine, cause: _Cause, *, kind: str, quantity: int, **signs: int) -> None:
    """``SET x = x ± n`` for each counter in `signs`, and the event. The row is locked."""
    changes = {counter: F(counter) + sign * quantity for counter, sign in signs.items()}
    OrderLine.objects.filter(pk=line.pk).update(**changes)
    for counter, sign in signs.items():  # what is in hand is what was locked
        setattr(line, counter, getattr(line, counter) + sign * quantity)
    record(
        kind=kind,
        partner_id=line.partner_id,
        subject=reference(line),
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        data={"quantity": quantity, "sku": line.sku},
    )


def _lock_with_orders(quantities: Mapping[int, int]) -> tuple[list[Order], list[OrderLine]]:
    """The lines, and the orders they are of before them: whose state hangs on what has left."""
    order_ids = OrderLine.objects.filter(pk__in=quantities).values_list("order_id", flat=True)
    orders = [lock_order(order_id) for order_id in sorted(set(order_ids))]
    return orders, lock_lines(quantities)


def _ship(order: Order, now: datetime) -> None:
    totals = order.lines.aggregate(sold=Sum("quantity"), shipped=Sum("shipped"))
    is_all = totals["sold"] == totals["shipped"] or order.cancelled_at is not None
    if is_all and can_proceed(order.ship):
        order.ship()
        order.shipped_at = now
    elif can_proceed(order.ship_part):
        order.ship_part()
    order.save()


def _finish(order: Order, cause: _Cause, *, transition: Callable[[], None], kind: str) -> Order:
    if not can_proceed(transition):
        raise ActionBlocked(f"Order {order} is {order.get_state_display().lower()}.")
    transition()
    order.save()
    record(
        kind=kind,
        partner_id=order.partner_id,
        subject=reference(order),
        actor=cause.actor,
        op_id=cause.op_id,
        now=cause.now,
        case=order.based_on,
        data={"number": order.number},
    )
    return order

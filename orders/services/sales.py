"""Sales become orders once, and later versions move only what is not money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from orders.locks import lock_external_id, lock_lines, lock_order
from orders.models import Channel, Order, OrderLine, OrderLineTax, OrderLineUnit, Tender
from orders.queries import get_by_external_id, get_frozen_facts, match_variants
from orders.rules import compare_facts
from orders.sales import Sale, SaleLine, SaleTender
from orders.services.building import (
    advance,
    build_lines,
    build_order,
    build_taxes,
    build_units,
    earlier,
    fill_tender,
    take_version,
)
from orders.services.customers import follow_customer, keep_address, keep_customer


class Taken(StrEnum):
    """What became of a sale."""

    REGISTERED = "registered"
    UPDATED = "updated"
    KNOWN = "known"  # the same version, or an older one
    CHANGED = "changed"  # other money than what was frozen; nothing was written


@dataclass(frozen=True, slots=True)
class TakenSale:
    """The order a sale belongs to, and for CHANGED where the money differs: field → old, new."""

    taken: Taken
    order: Order
    difference: dict[str, list[str]]


@requires_transaction
def take_sale(
    *, channel: Channel, sale: Sale, actor: Actor, now: datetime, op_id: UUID | None = None
) -> TakenSale:
    """Register a new order, or take over a newer version of a known one.

    Any number of versions, in any order and from any number of workers at once, end in the same
    order. Frozen money is compared, never overwritten.
    """
    lock_external_id(channel.pk, sale.external_id)
    known = get_by_external_id(channel_id=channel.pk, external_id=sale.external_id)
    if known is None:
        order = register_order(channel=channel, sale=sale, actor=actor, now=now, op_id=op_id)
        return TakenSale(Taken.REGISTERED, order, {})
    order = lock_order(known.pk)
    difference = compare_facts(get_frozen_facts(order), sale.frozen_facts())
    if difference:
        return TakenSale(Taken.CHANGED, order, difference)
    if sale.version <= order.source_version:
        before = order.state, order.cancelled_at
        if _merge_progress(order, sale) or before != (order.state, order.cancelled_at):
            _record_update(order, [order.state], actor=actor, now=now, op_id=op_id)
        return TakenSale(Taken.KNOWN, order, {})
    order = update_order(order_id=order.pk, sale=sale, actor=actor, now=now, op_id=op_id)
    return TakenSale(Taken.UPDATED, order, {})


@requires_transaction
def register_order(
    *, channel: Channel, sale: Sale, actor: Actor, now: datetime, op_id: UUID | None = None
) -> Order:
    """Write a new order with its money frozen; `take_sale` finds out whether it is one.

    A SKU that is not in the catalogue stays on its line without a variant. A second order with
    the channel's id violates the constraint `an_order_comes_once`.
    """
    customer = keep_customer(channel, sale.customer)
    order = build_order(channel, customer, keep_address(customer, sale.ship_to), sale)
    variants = match_variants(partner_id=order.partner_id, skus=[line.sku for line in sale.lines])
    lines = build_lines(order, sale.lines, variants)
    advance(order, lines, sale)
    order.save()
    _write_lines(lines, sale.lines)
    _write_tenders(order, sale.tenders, known=[])
    record(
        kind="order.registered",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"number": order.number, "channel": channel.code, "total": str(order.grand_total)},
    )
    return order


@requires_transaction
def update_order(
    *, order_id: int, sale: Sale, actor: Actor, now: datetime, op_id: UUID | None = None
) -> Order:
    """Take over a newer version of an order whose money is the same: statuses, parcels, payments.

    The caller has compared the frozen facts.
    """
    order = lock_order(order_id)
    before = [order.financial_status, order.fulfillment_status, order.state]
    follow_customer(order, sale)
    take_version(order, sale)
    _merge_progress(order, sale)
    after = [order.financial_status, order.fulfillment_status, order.state]
    _record_update(order, after, before=before, actor=actor, now=now, op_id=op_id)
    return order


def _record_update(
    order: Order,
    after: list[str],
    *,
    actor: Actor,
    now: datetime,
    op_id: UUID | None,
    before: list[str] | None = None,
) -> None:
    record(
        kind="order.updated",
        partner_id=order.partner_id,
        subject=reference(order),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"before": before or [], "after": after},
    )


def _merge_progress(order: Order, sale: Sale) -> bool:
    """What only ever grows is taken from any version, old or new: so their order is no matter.

    Says whether any unit moved.
    """
    lines = lock_lines(order.lines.values_list("pk", flat=True))
    has_moved = _move_units(lines, sale.lines)
    _write_tenders(order, sale.tenders, known=list(order.tenders.order_by("position")))
    order.shipped_at = earlier(order.shipped_at, sale.shipped_at)
    order.delivered_at = earlier(order.delivered_at, sale.delivered_at)
    advance(order, lines, sale)
    order.save()
    return has_moved


def _write_lines(rows: Sequence[OrderLine], lines: Sequence[SaleLine]) -> None:
    OrderLine.objects.bulk_create(rows)
    OrderLineTax.objects.bulk_create(build_taxes(rows, lines))
    OrderLineUnit.objects.bulk_create(build_units(rows, lines))


def _move_units(rows: Sequence[OrderLine], lines: Sequence[SaleLine]) -> bool:
    by_position = dict(enumerate(lines, start=1))
    has_moved = False
    for row in rows:
        stated = by_position[row.position]
        shipped = max(row.shipped, stated.shipped)
        room = shipped - row.return_open - row.kept
        returned = max(row.returned, min(stated.returned, room))
        if (shipped, returned) != (row.shipped, row.returned):
            row.shipped, row.returned = shipped, returned
            row.save(update_fields=["shipped", "returned"])
            has_moved = True
    return has_moved


def _write_tenders(order: Order, tenders: Sequence[SaleTender], *, known: list[Tender]) -> None:
    """Add new payments, raise known ones: what was captured or refunded is never less later."""
    for position, stated in enumerate(tenders, start=1):
        tender = next((row for row in known if row.position == position), None) or Tender(
            partner_id=order.partner_id, order=order, position=position, captured=0
        )
        fill_tender(tender, stated)
        tender.save()

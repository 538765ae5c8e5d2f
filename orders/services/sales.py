"""Sales become orders once, and later versions move only what is not money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import zip_longest
from uuid import UUID

from django_fsm import can_proceed

from core.actors import Actor
from core.events import record, reference
from core.operations import content_hash
from core.transactions import requires_transaction
from orders.locks import lock_external_id, lock_lines, lock_order
from orders.models import (
    Channel,
    Customer,
    Order,
    OrderAddress,
    OrderLine,
    OrderLineTax,
    OrderLineUnit,
    Tender,
)
from orders.queries import get_by_external_id, get_frozen_facts, match_variants
from orders.rules import compare_facts
from orders.sales import Sale, SaleAddress, SaleCustomer, SaleLine, SaleTender


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
    customer = _keep_customer(channel, sale.customer)
    order = Order(
        partner_id=channel.partner_id,
        channel=channel,
        customer=customer,
        ship_to=_keep_address(customer, sale.ship_to),
        external_id=sale.external_id,
        number=sale.number,
        currency=sale.currency,
        prices_include_tax=sale.prices_include_tax,
        placed_at=sale.placed_at,
        goods_total=sale.goods_total,
        discount_total=sale.discount_total,
        discount_name=sale.discount_name,
        shipping_total=sale.shipping_total,
        shipping_tax=sale.shipping_tax,
        tax_total=sale.tax_total,
        grand_total=sale.grand_total,
        is_test=sale.is_test,
        is_gift=sale.is_gift,
        frozen_hash=content_hash(sale.frozen_facts()),
    )
    lines = _make_lines(order, sale.lines)
    _take_version(order, sale)
    _advance(order, lines, sale)
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
    _follow_customer(order, sale)
    _take_version(order, sale)
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
    order.shipped_at = _earlier(order.shipped_at, sale.shipped_at)
    order.delivered_at = _earlier(order.delivered_at, sale.delivered_at)
    _advance(order, lines, sale)
    order.save()
    return has_moved


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _keep_customer(channel: Channel, customer: SaleCustomer) -> Customer:
    fields = asdict(customer)
    known = {"partner_id": channel.partner_id, "channel": channel}
    if customer.external_id:
        found, is_new = Customer.objects.get_or_create(
            channel=channel, external_id=customer.external_id, defaults=known | fields
        )
    else:
        guests = Customer.objects.filter(channel=channel, external_id="")
        same = guests.filter(email__iexact=customer.email) if customer.email else guests.none()
        guest = same.order_by("pk").first()
        found, is_new = guest or Customer.objects.create(**known, **fields), guest is None
    if not is_new:
        _update_customer(found, customer)
    return found


def _update_customer(customer: Customer, stated: SaleCustomer) -> None:
    """What a version leaves out is no news; an erased person stays erased."""
    if customer.erased_at is not None:
        return
    changed = []
    for field in ("name", "email", "phone", "locale", "country"):
        value = getattr(stated, field)
        if value and value != getattr(customer, field):
            setattr(customer, field, value)
            changed.append(field)
    if changed:
        customer.save(update_fields=changed)


def _follow_customer(order: Order, sale: Sale) -> None:
    """A guest who turns out to have an account becomes that customer; nobody becomes a guest."""
    if sale.customer.external_id not in ("", order.customer.external_id):
        order.customer = _keep_customer(order.channel, sale.customer)
    else:
        _update_customer(order.customer, sale.customer)
    if sale.ship_to is not None and not _is_at(order.ship_to, sale.ship_to):
        order.ship_to = _keep_address(order.customer, sale.ship_to)


def _is_at(known: OrderAddress | None, stated: SaleAddress) -> bool:
    if known is None:
        return False
    return all(getattr(known, name) == value for name, value in asdict(stated).items())


def _keep_address(customer: Customer, stated: SaleAddress | None) -> OrderAddress | None:
    if stated is None:
        return None
    return OrderAddress.objects.create(
        partner_id=customer.partner_id, customer=customer, **asdict(stated)
    )


def _take_version(order: Order, sale: Sale) -> None:
    order.financial_status = sale.financial_status
    order.fulfillment_status = sale.fulfillment_status
    order.source_updated_at = sale.source_updated_at
    order.source_version = sale.version
    order.shipped_at = _earlier(order.shipped_at, sale.shipped_at)
    order.delivered_at = _earlier(order.delivered_at, sale.delivered_at)


def _advance(order: Order, lines: Sequence[OrderLine], sale: Sale) -> None:
    """Our own state follows what has left; it never goes back."""
    order.cancelled_at = _earlier(order.cancelled_at, sale.cancelled_at)
    has_left = any(line.shipped for line in lines)
    all_left = all(line.shipped == line.quantity for line in lines)
    if order.cancelled_at and not has_left and can_proceed(order.cancel):
        order.cancel()
    if has_left and not all_left and can_proceed(order.ship_part):
        order.ship_part()
    if has_left and all_left and can_proceed(order.ship):
        order.ship()
    if has_left and all_left and order.delivered_at and can_proceed(order.deliver):
        order.deliver()


def _make_lines(order: Order, lines: Sequence[SaleLine]) -> list[OrderLine]:
    variants = match_variants(partner_id=order.partner_id, skus=[line.sku for line in lines])
    return [
        OrderLine(
            partner_id=order.partner_id,
            order=order,
            position=position,
            external_id=line.external_id,
            variant_id=variants.get(line.sku),
            sku=line.sku,
            title=line.title,
            quantity=line.money.quantity,
            list_price=line.money.list_price,
            line_discount=line.money.line_discount,
            order_discount_share=line.money.order_discount_share,
            net=line.money.net,
            tax=line.money.tax,
            gross=line.money.gross,
            currency=line.money.currency,
            prices_include_tax=line.money.prices_include_tax,
            is_final_sale=line.is_final_sale,
            shipped=line.shipped,
            returned=line.returned,
        )
        for position, line in enumerate(lines, start=1)
    ]


def _write_lines(rows: Sequence[OrderLine], lines: Sequence[SaleLine]) -> None:
    OrderLine.objects.bulk_create(rows)
    pairs = list(zip(rows, lines, strict=True))
    OrderLineTax.objects.bulk_create(
        OrderLineTax(
            partner_id=row.partner_id, line=row, name=tax.name, rate=tax.rate, amount=tax.amount
        )
        for row, line in pairs
        for tax in line.taxes
    )
    OrderLineUnit.objects.bulk_create(
        OrderLineUnit(partner_id=row.partner_id, line=row, unit_number=unit, serial=serial, lot=lot)
        for row, line in pairs
        for unit, (serial, lot) in enumerate(
            zip_longest(line.serials, line.lots[: len(line.serials)], fillvalue=""), start=1
        )
    )


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
        tender.kind = stated.kind
        tender.label = stated.label
        tender.provider_reference = stated.reference
        tender.captured = max(tender.captured, stated.captured)
        tender.refunded = max(tender.refunded, min(stated.refunded, tender.captured))
        tender.save()

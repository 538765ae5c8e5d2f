"""Goods set off and arrive: any number of parcels, each counted against what is awaited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import ParcelState
from inventory.models import Location
from orders.queries import match_variants
from returns.models import Receipt, ReceiptLine, Return, ReturnLine
from returns.queries import list_awaited, list_sold_to_others
from returns.rules import CountedLine, CountedRow, can_mark_departed, can_receive, plan_receipt
from returns.services.case import lock_case, move_header, tell
from returns.services.lots import learn_lots
from returns.services.noticing import notice_differences
from returns.states import ReceivedAs

TO_COUNT = (ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT, ParcelState.ARRIVED)


@operation("return.mark_departed")
def mark_departed(
    *,
    return_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """The customer has handed the goods to a carrier."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    can_mark_departed(case.state).require("The return cannot leave.")
    parcel = parcels.get_parcel(reference(case))
    if parcel and parcel.state == ParcelState.LABEL_MADE:
        fulfilment.mark_departed(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)
    case.depart()
    case.save()
    tell(case, "departed", actor=actor, now=now, op_id=op_id)
    return case


@operation("return.receive")
def receive_goods(
    *,
    return_id: int,
    version: int | None,
    location_id: int,
    lines: Sequence[CountedLine],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    tracking_number: str = "",
    is_empty: bool = False,
) -> Receipt:
    """Count one parcel. More than announced and wrong goods become rows of their own.

    The case is received once nothing is awaited any more. `is_empty`: there was a box with
    nothing in it. Every difference goes to the mismatch desk. Raises BadInput for a count that
    cannot be, ActionBlocked when no goods are awaited.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    return receive_locked(
        case=case,
        location_id=location_id,
        lines=lines,
        tracking_number=tracking_number,
        is_empty=is_empty,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@requires_transaction
def receive_locked(
    *,
    case: Return,
    location_id: int,
    lines: Sequence[CountedLine],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    tracking_number: str = "",
    is_empty: bool = False,
) -> Receipt:
    """`receive_goods` for a locked case, within the caller's transaction."""
    can_receive(case.state).require("The goods cannot be received.")
    if not Location.objects.for_partner(case.partner_id).filter(pk=location_id).exists():
        raise BadInput("Choose where the goods are.", field="location_id")
    rows = _plan_rows(case, lines, is_empty=is_empty)
    receipt = Receipt.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        location_id=location_id,
        tracking_number=tracking_number,
        is_empty=is_empty,
        received_at=now,
        received_by=actor.ref,
    )
    _write_rows(receipt, rows)
    _raise_counters(case, rows)
    _bring_parcel_in(case, actor=actor, now=now, op_id=op_id)
    move_header(case)
    tell(
        case,
        "goods_received",
        actor=actor,
        now=now,
        op_id=op_id,
        receipt=receipt.pk,
        location=receipt.location.code,
        rows=[
            {
                "kind": row.kind.value,
                "line": row.counted.return_line_id,
                "units": row.counted.quantity,
            }
            for row in rows
        ],
        awaited=sum(line.awaited for line in case.lines.all()),
    )
    notice_differences(receipt, actor=actor, now=now, op_id=op_id)
    learn_lots(case, actor=actor, now=now, op_id=op_id)
    return receipt


def _plan_rows(case: Return, lines: Sequence[CountedLine], *, is_empty: bool) -> list[CountedRow]:
    if is_empty:
        if lines:
            raise BadInput("An empty box has nothing in it to count.", field="is_empty")
        return []
    serials = [line.serial_found for line in lines]
    return plan_receipt(lines, list_awaited(case), of_others=list_sold_to_others(case, serials))


def _write_rows(receipt: Receipt, rows: Sequence[CountedRow]) -> None:
    lines = ReturnLine.objects.select_related("order_line").in_bulk(
        [row.counted.return_line_id for row in rows if row.counted.return_line_id]
    )
    found = match_variants(
        partner_id=receipt.partner_id, skus=[row.counted.sku_found for row in rows]
    )
    ReceiptLine.objects.bulk_create(
        _write_row(receipt, row, lines=lines, found=found) for row in rows
    )


def _write_row(
    receipt: Receipt, row: CountedRow, *, lines: dict[int, ReturnLine], found: dict[str, int]
) -> ReceiptLine:
    counted = row.counted
    line = lines.get(counted.return_line_id) if counted.return_line_id else None
    variant_id, sku = found.get(counted.sku_found), counted.sku_found
    if line and row.kind != ReceivedAs.WRONG_ITEM:
        variant_id, sku = line.order_line.variant_id, line.order_line.sku
    return ReceiptLine(
        partner_id=receipt.partner_id,
        receipt=receipt,
        return_line=line,
        kind=row.kind,
        variant_id=variant_id,
        sku_found=sku,
        serial_found=counted.serial_found.upper(),
        lot_found=counted.lot_found.strip(),
        quantity=counted.quantity,
        damaged=counted.damaged,
        note=counted.note,
    )


def _raise_counters(case: Return, rows: Iterable[CountedRow]) -> None:
    by_line = {line.pk: line for line in case.lines.all()}
    for row in rows:
        if row.kind != ReceivedAs.EXPECTED or row.counted.return_line_id is None:
            continue
        line = by_line[row.counted.return_line_id]
        line.received_damaged += row.counted.damaged
        line.received_ok += row.counted.quantity - row.counted.damaged
        line.save()


def _bring_parcel_in(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """The announced parcel has arrived and is open; later ones of the case are receipts alone."""
    parcel = parcels.get_parcel(reference(case))
    if parcel is None or parcel.state not in TO_COUNT:
        return
    if parcel.state != ParcelState.ARRIVED:  # a warehouse may have said so before
        fulfilment.mark_arrived(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)
    fulfilment.mark_counted(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)

"""Inspected goods go where they go: to stock, quarantine, the workshop, a claim, or a parcel back.

Rows of one case change under its lock. What several cases share, an open claim, has its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from fulfilment import services as fulfilment
from inventory import services as inventory
from inventory.models import Bin
from inventory.states import Bucket
from returns.models import Disposition, ReceiptLine, Refurbishment
from returns.queries.lots import find_lot
from returns.queries.mismatches import find_sold_line
from returns.services.gathering import gather_goods
from returns.states import DispositionKind

D = DispositionKind
# What goes back to the customer was never ours, so no bucket counts it.
BUCKETS = {
    D.RESTOCK: Bucket.AVAILABLE,
    D.QUALITY_REJECT: Bucket.QUARANTINE,
    D.REFURBISH: Bucket.QUARANTINE,
    D.RETURN_TO_VENDOR: Bucket.QUARANTINE,
    D.REPAIR: Bucket.QUARANTINE,  # the customer's, and out of every channel's reach
    D.SCRAP: Bucket.SCRAP,
}


@requires_transaction
def put_away(
    dispositions: Sequence[Disposition],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Put fresh goods where they go; stock in one order for everyone, so that two inspections
    cannot deadlock."""
    for disposition in dispositions:
        start_following(disposition, actor=actor, now=now, op_id=op_id)
    moves = [(_row_of(each), each) for each in dispositions if each.kind in BUCKETS]
    moves.sort(key=lambda move: (move[0].variant_id or 0, move[0].receipt.location_id))
    for row, disposition in moves:
        if row.variant_id is None:
            continue
        bucket = BUCKETS[D(disposition.kind)]
        inventory.take_back(
            partner_id=row.partner_id,
            variant_id=row.variant_id,
            location_id=row.receipt.location_id,
            lot=find_lot(row),
            quantity=disposition.quantity,
            bucket=bucket,
            bin_id=disposition.bin_id,
            reference=reference(disposition),
            actor=actor,
            now=now,
            op_id=op_id,
        )
        if bucket == Bucket.QUARANTINE:
            name_bin(disposition)


@requires_transaction
def start_following(
    disposition: Disposition, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What a disposition brings with it: workshop, claim or parcel."""
    if disposition.kind == D.REFURBISH:
        Refurbishment.objects.create(
            partner_id=disposition.partner_id, disposition=disposition, asked_at=now
        )
    elif disposition.kind == D.RETURN_TO_VENDOR:
        gather_goods(disposition, actor=actor, now=now, op_id=op_id)
    elif disposition.kind == D.RETURN_TO_CUSTOMER:
        _send_back(disposition, actor=actor, now=now, op_id=op_id)


def name_bin(disposition: Disposition) -> None:
    """The quarantine bin that units were put into where nobody named one: the first there is."""
    if disposition.bin_id is None:
        location = _row_of(disposition).receipt.location_id
        bins = Bin.objects.filter(location=location, kind=Bin.Kind.QUARANTINE)
        disposition.bin = bins.order_by("code").first()
        disposition.save(update_fields=["bin"])


def _row_of(disposition: Disposition) -> ReceiptLine:
    row: ReceiptLine = disposition.inspection.receipt_line
    return row


def _send_back(
    disposition: Disposition, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """A parcel back to the customer, for the warehouse to send like any other."""
    row = _row_of(disposition)
    case = row.receipt.return_case
    sold = find_sold_line(case, row)
    if sold is None:  # a case has lines, and lines were sold
        raise LookupError(f"{case} has no line that was sold")
    shipment = fulfilment.plan_shipment(
        order_id=sold.order_id,
        location_id=row.receipt.location_id,
        reference=reference(disposition),
        case=reference(case),
        lines=[(sold.pk, disposition.quantity, "")],
        carrier="",
        cost=Decimal(0),
        promised_on=None,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    fulfilment.release_shipment(shipment_id=shipment.pk, actor=actor, now=now, op_id=op_id)

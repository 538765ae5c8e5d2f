"""Claims gather what a supplier or a carrier is to make good, until somebody sends them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actors import Actor
from core.events import record, reference
from core.transactions import requires_transaction
from fulfilment.queries import get_parcel
from inventory.models import Lot
from orders.models import OrderLineUnit
from returns.locks import lock_claim, lock_open_claim
from returns.models import Claim, ClaimLine, DefectReport, Disposition, Mismatch, ReceiptLine
from returns.queries.lots import find_lot
from returns.states import ClaimAgainst, ClaimState

NOBODY = "Supplier not named"


@requires_transaction
def gather_goods(
    disposition: Disposition, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> ClaimLine:
    """Add goods to the open claim against their supplier, with all that one has to know."""
    row: ReceiptLine = disposition.inspection.receipt_line
    variant, unit = row.variant, _find_unit(row)
    lot = unit.lot if unit else find_lot(row)
    claim = _open(
        partner_id=row.partner_id,
        against=ClaimAgainst.SUPPLIER,
        name=_name_supplier(row, lot),
        location_id=row.receipt.location_id,
        currency=row.partner.base_currency,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    line: ClaimLine = ClaimLine.objects.create(
        partner_id=row.partner_id,
        claim=claim,
        disposition=disposition,
        variant=variant,
        title=variant.full_title if variant else row.sku_found,
        sku=row.sku_found,
        lot=lot,
        serials=[row.serial_found] if row.serial_found else [],
        reason=row.return_line.reason if row.return_line else "",
        defect=_name_defect(row),
        quantity=disposition.quantity,
        unit_value=variant.unit_cost if variant else Decimal(0),
    )
    return line


@requires_transaction
def gather_loss(
    mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> ClaimLine:
    """Add what a carrier broke or lost to the open claim against them, at what it credits."""
    assert mismatch.receipt is not None  # a carrier brought something
    assert mismatch.return_line is not None  # that was announced
    sold = mismatch.return_line.order_line
    claim = _open(
        partner_id=mismatch.partner_id,
        against=ClaimAgainst.CARRIER,
        name=_name_carrier(mismatch),
        location_id=mismatch.receipt.location_id,
        currency=mismatch.return_case.currency,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    row = mismatch.receipt_line
    line: ClaimLine = ClaimLine.objects.create(
        partner_id=mismatch.partner_id,
        claim=claim,
        mismatch=mismatch,
        variant=sold.variant,
        title=sold.title,
        sku=sold.sku,
        serials=[row.serial_found] if row and row.serial_found else [],
        quantity=mismatch.quantity,
        unit_value=mismatch.value / mismatch.quantity,
    )
    return line


@requires_transaction
def withdraw_goods(
    disposition: Disposition,
    quantity: int,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Units of an open claim go elsewhere: it claims so many fewer."""
    line: ClaimLine = disposition.claim_line
    lock_claim(line.claim_id)
    line.refresh_from_db()
    if quantity >= line.quantity:
        line.is_withdrawn = True
    else:
        line.quantity -= quantity
    line.save()


def _open(
    *,
    partner_id: int,
    against: ClaimAgainst,
    name: str,
    location_id: int,
    currency: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Claim:
    """The claim that gathers for them, locked; a new one where none is open."""
    whose = {
        "partner_id": partner_id,
        "against": against,
        "name": name[:120],
        "location_id": location_id,
        "currency": currency,
    }
    if claim := lock_open_claim(**whose):
        return claim
    try:
        with transaction.atomic():
            claim = Claim.objects.create(**whose, opened_at=now)
    except IntegrityError:  # somebody opened it in between
        claim = lock_open_claim(**whose)
        assert claim is not None
        return claim
    record_claim(claim, "opened", actor=actor, now=now, op_id=op_id)
    return claim


def record_claim(
    claim: Claim,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **data: object,
) -> None:
    record(
        kind=f"claim.{happened}",
        partner_id=claim.partner_id,
        subject=reference(claim),
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "number": claim.number,
            "against": claim.against,
            "state": ClaimState(claim.state).value,
            **data,
        },
    )


def _find_unit(row: ReceiptLine) -> OrderLineUnit | None:
    if not row.serial_found:
        return None
    units = OrderLineUnit.objects.for_partner(row.partner_id)
    found: OrderLineUnit | None = units.filter(serial__iexact=row.serial_found).last()
    return found


def _name_defect(row: ReceiptLine) -> str:
    """The type that was reported; what the customer said in words stays with the report."""
    report = DefectReport.objects.filter(return_line=row.return_line_id).first()
    return report.defect_type.name if report and report.defect_type else ""


def _name_supplier(row: ReceiptLine, lot: str) -> str:
    """The lot's supplier goes before the product's."""
    if row.variant is None:
        return NOBODY
    of_lot = Lot.objects.filter(variant=row.variant, code=lot).first() if lot else None
    return (of_lot and of_lot.supplier) or row.variant.product.supplier or NOBODY


def _name_carrier(mismatch: Mismatch) -> str:
    parcel = get_parcel(reference(mismatch.return_case))
    return (parcel and parcel.carrier) or "Carrier not named"

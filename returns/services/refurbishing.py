"""Goods in quarantine are put right by somebody and then sold as another SKU, or given up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid5

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from inventory import services as inventory
from returns.models import Disposition, Refurbishment, Return
from returns.queries.dispositions import count_left
from returns.queries.lots import find_lot
from returns.rules import can_finish_refurbishing, can_start_refurbishing
from returns.services.case import lock_case, tell
from returns.services.dispositions import move_on_locked
from returns.states import DisposedBecause, DispositionKind

D = DispositionKind
IF_NOT = (D.SCRAP, D.RETURN_TO_VENDOR)


@operation("return.start_refurbishing")
def start_refurbishing(
    *, refurbishment_id: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Refurbishment:
    """Somebody has taken the goods to the bench. Raises ActionBlocked."""
    case, work = _lock(refurbishment_id, actor=actor, now=now)
    can_start_refurbishing(work.state).require("The work cannot start.")
    work.start()
    work.started_at, work.started_by = now, actor.ref
    work.save()
    tell(case, "refurbishing_started", actor=actor, now=now, op_id=op_id, refurbishment=work.pk)
    return work


@operation("return.finish_refurbishing")
def finish_refurbishing(
    *,
    refurbishment_id: int,
    into_variant_id: int,
    cost: Decimal,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Refurbishment:
    """The goods are as good as they get, and on sale under their refurbished SKU.

    Whoever set them apart at inspection cannot also pass them. Raises BadInput and ActionBlocked.
    """
    case, work = _lock(refurbishment_id, actor=actor, now=now)
    disposition = work.disposition
    inspected_by = disposition.inspection.inspected_by
    can_finish_refurbishing(work.state, actor=actor.ref, inspected_by=inspected_by).require(
        "The work cannot be finished."
    )
    if cost < 0:
        raise BadInput("What it cost is not below zero.", field="cost")
    left = count_left(disposition)
    row = disposition.inspection.receipt_line
    if row.variant_id is None:
        raise BadInput("The SKU is not in the catalogue.", field="into_variant_id")
    work.finish()
    work.into_variant_id, work.cost = into_variant_id, cost
    work.ended_at, work.ended_by = now, actor.ref
    inventory.refurbish_stock(
        partner_id=row.partner_id,
        variant_id=row.variant_id,
        location_id=row.receipt.location_id,
        lot=find_lot(row),
        quantity=left,
        into_variant_id=into_variant_id,
        bin_id=disposition.bin_id,
        actor=actor,
        op_id=uuid5(op_id, "stock"),
        now=now,
    )
    work.save()
    _restock(disposition, left, actor=actor, now=now)
    tell(
        case,
        "goods_refurbished",
        actor=actor,
        now=now,
        op_id=op_id,
        refurbishment=work.pk,
        units=left,
        into=into_variant_id,
        cost=str(cost),
    )
    return work


@operation("return.give_up_refurbishing")
def give_up_refurbishing(
    *,
    refurbishment_id: int,
    to: str,
    because: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Disposition:
    """It cannot or need not be put right: scrapped, or claimed from the supplier."""
    case, work = _lock(refurbishment_id, actor=actor, now=now)
    if to not in IF_NOT:
        raise BadInput("Choose whether it is scrapped or goes to the supplier.", field="to")
    return move_on_locked(
        case=case,
        disposition=work.disposition,
        to=to,
        quantity=count_left(work.disposition),
        because=because,
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _restock(disposition: Disposition, units: int, *, actor: Actor, now: dt.datetime) -> None:
    Disposition.objects.create(
        partner_id=disposition.partner_id,
        inspection=disposition.inspection,
        replaces=disposition,
        kind=D.RESTOCK,
        quantity=units,
        because=DisposedBecause.PASSED,
        decided_at=now,
        decided_by=actor.ref,
    )


def _lock(refurbishment_id: int, *, actor: Actor, now: dt.datetime) -> tuple[Return, Refurbishment]:
    """The work under its case's lock."""
    works = Refurbishment.objects.select_related("disposition__inspection__receipt_line__receipt")
    work = works.get(pk=refurbishment_id)
    case_id = work.disposition.inspection.receipt_line.receipt.return_case_id
    case = lock_case(return_id=case_id, version=None, actor=actor, now=now)
    return case, works.get(pk=refurbishment_id)

"""What was counted differently: opened by whoever counts, corrected or put aside by a person.

Nothing is ever overwritten. A correction moves the difference, not the figure, so that what
was sold between the count and its correction stays sold.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django_fsm import can_proceed

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record
from core.events import reference as reference_to
from core.operations import operation
from core.transactions import requires_transaction
from inventory import queries
from inventory.locks import lock_discrepancy, lock_level_at, lock_open_discrepancies
from inventory.models import Discrepancy
from inventory.services.movements import Movement, NotEnoughStock, Place, free_units, move
from inventory.states import (
    AdjustReason,
    Bucket,
    DiscrepancySource,
    DiscrepancyState,
    DismissReason,
    EntryCause,
)

# Of what lies on the shelf, or of the free part of it: a correction changes both alike.
SHELF = ("", Bucket.AVAILABLE.value)
COUNTABLE = (*SHELF, Bucket.QUARANTINE.value)


@requires_transaction
def open_discrepancy(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    lot: str,
    bucket: Bucket | str,
    source: DiscrepancySource,
    reference: str,
    expected: int,
    counted: int,
    counted_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    bin_id: int | None = None,
) -> Discrepancy | None:
    """Note that `counted` units were found where the ledger said `expected`.

    An open one of the same source and place is brought up to date; figures that agree put it
    aside as counted again and open nothing (`None`). From here on nobody is promised what is
    missing. `bin_id` is the quarantine bin, of the bucket `quarantine`.
    """
    if bucket not in COUNTABLE:
        raise BadInput("Only free, shelved or quarantined units are counted.", field="bucket")
    lock_level_at(variant_id=variant_id, location_id=location_id, lot=lot)
    found = lock_open_discrepancies(
        variant_id=variant_id, location_id=location_id, lot=lot, buckets=[str(bucket)]
    )
    known = next((one for one in found if (one.source, one.bin_id) == (source, bin_id)), None)
    if expected == counted:
        if known:
            _dismiss(known, DismissReason.RECOUNTED, actor=actor, now=now, op_id=op_id)
        return None
    discrepancy = known or Discrepancy(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        lot=lot,
        bucket=bucket,
        bin_id=bin_id,
        source=source,
        opened_at=now,
    )
    discrepancy.reference, discrepancy.counted_at = reference, counted_at
    discrepancy.expected, discrepancy.counted = expected, counted
    discrepancy.save()
    verb = "updated" if known else "opened"
    _record(discrepancy, verb, actor=actor, now=now, op_id=op_id)
    return discrepancy


@operation("inventory.post_correction")
def post_correction(
    *,
    discrepancy_id: int,
    reason: AdjustReason,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Discrepancy:
    """Set the ledger right by the difference that was counted.

    Where too little is free, due holds go, then the newest active ones end with cause ``short``;
    committed holds and allocations are never taken: `ActionBlocked` names them. Other open
    counts of the place are compared with the new figure.
    """
    if reason not in AdjustReason.values:
        raise BadInput("Choose why the stock is corrected.", field="reason")
    discrepancy = _lock_open(discrepancy_id)
    place = Place(
        discrepancy.partner_id,
        discrepancy.variant_id,
        discrepancy.location_id,
        discrepancy.lot,
    )
    change = discrepancy.difference
    inside = _bucket_of(discrepancy)
    if change < 0 and inside == Bucket.AVAILABLE:
        _make_room(discrepancy, place, wanted=-change, actor=actor, now=now, op_id=op_id)
    discrepancy.post()
    discrepancy.posted_change = change
    _resolve(discrepancy, reason, "posted", actor=actor, now=now, op_id=op_id)
    restate_discrepancies(
        place, change=change, bucket=inside, bin_id=discrepancy.bin_id, actor=actor, now=now,
        op_id=op_id,
    )  # fmt: skip
    _correct(discrepancy, place, inside, reason, actor=actor, now=now, op_id=op_id)
    return discrepancy


@operation("inventory.dismiss_discrepancy")
def dismiss_discrepancy(
    *,
    discrepancy_id: int,
    reason: DismissReason,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Discrepancy:
    """Put a difference aside: the ledger was right. What was kept back is free again."""
    if reason not in DismissReason.values:
        raise BadInput("Choose why nothing is corrected.", field="reason")
    discrepancy = _lock_open(discrepancy_id)
    _dismiss(discrepancy, reason, actor=actor, now=now, op_id=op_id)
    return discrepancy


@requires_transaction
def settle_discrepancy(
    *,
    discrepancy_id: int,
    reason: DismissReason,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Discrepancy:
    """`dismiss_discrepancy` for a part of the desk that knows it is over; twice does it once."""
    discrepancy = lock_discrepancy(discrepancy_id)
    if can_proceed(discrepancy.dismiss):
        _dismiss(discrepancy, reason, actor=actor, now=now, op_id=op_id)
    return discrepancy


@requires_transaction
def restate_discrepancies(
    place: Place,
    *,
    change: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    bucket: Bucket = Bucket.AVAILABLE,
    bin_id: int | None = None,
) -> None:
    """The ledger of a place is about to be set right by `change`: so are its open counts.

    Two people who saw the same gap must not have it corrected twice: `expected` moves along,
    and what then agrees is put aside.
    """
    lock_level_at(variant_id=place.variant_id, location_id=place.location_id, lot=place.lot)
    buckets = SHELF if bucket == Bucket.AVAILABLE else (bucket.value,)
    found = lock_open_discrepancies(
        variant_id=place.variant_id,
        location_id=place.location_id,
        lot=place.lot,
        buckets=buckets,
    )
    for other in found:
        if other.bin_id != bin_id:
            continue
        other.expected += change
        if other.difference == 0:
            _dismiss(other, DismissReason.RECOUNTED, actor=actor, now=now, op_id=op_id)
        else:
            other.save()
            _record(other, "updated", actor=actor, now=now, op_id=op_id)


def _lock_open(discrepancy_id: int) -> Discrepancy:
    """Level first, as everyone who counts: then the discrepancy."""
    seen = Discrepancy.objects.get(pk=discrepancy_id)
    lock_level_at(variant_id=seen.variant_id, location_id=seen.location_id, lot=seen.lot)
    discrepancy = lock_discrepancy(discrepancy_id)
    if discrepancy.state != DiscrepancyState.OPEN:
        state = discrepancy.get_state_display().lower()
        raise ActionBlocked(f"{discrepancy.number} is {state} already.")
    return discrepancy


def _bucket_of(discrepancy: Discrepancy) -> Bucket:
    return Bucket.AVAILABLE if discrepancy.bucket in SHELF else Bucket(discrepancy.bucket)


def _make_room(
    discrepancy: Discrepancy,
    place: Place,
    *,
    wanted: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> None:
    free = free_units(place, wanted=wanted, end_running=True, actor=actor, now=now, op_id=op_id)
    if free >= wanted:
        return
    kept = queries.list_firm_promises(
        variant_id=place.variant_id, location_id=place.location_id, lot=place.lot
    )
    raise ActionBlocked(
        f"{wanted} units would go and {free} are free: the rest is on its way to customers.",
        reasons=kept or None,
        discrepancy=discrepancy.pk,
    )


def _correct(
    discrepancy: Discrepancy,
    place: Place,
    inside: Bucket,
    reason: AdjustReason,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> None:
    change = discrepancy.difference
    movement = Movement(
        place=place,
        source=Bucket.COUNT if change > 0 else inside,
        target=inside if change > 0 else Bucket.COUNT,
        quantity=abs(change),
        cause=EntryCause.ADJUST,
        reason=reason,
        reference=reference_to(discrepancy),
        quarantine_bin_id=discrepancy.bin_id,
    )
    try:
        move(movement, actor=actor, now=now, op_id=op_id)
    except NotEnoughStock as error:
        raise ActionBlocked(
            "There is less there by now than the correction would take out. Count again.",
            discrepancy=discrepancy.pk,
        ) from error


def _dismiss(
    discrepancy: Discrepancy,
    reason: DismissReason,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    discrepancy.dismiss()
    _resolve(discrepancy, reason, "dismissed", actor=actor, now=now, op_id=op_id)


def _resolve(
    discrepancy: Discrepancy,
    reason: AdjustReason | DismissReason,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    discrepancy.reason = reason
    discrepancy.resolved_at, discrepancy.resolved_by = now, actor.ref
    discrepancy.save()
    _record(discrepancy, verb, actor=actor, now=now, op_id=op_id)


def _record(
    discrepancy: Discrepancy,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    record(
        kind=f"discrepancy.{verb}",
        partner_id=discrepancy.partner_id,
        subject=reference_to(discrepancy),
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "number": discrepancy.number,
            "sku": discrepancy.variant.sku,
            "variant": discrepancy.variant_id,
            "location": discrepancy.location.code,
            "location_id": discrepancy.location_id,
            "lot": discrepancy.lot,
            "bucket": discrepancy.bucket,
            "source": discrepancy.source,
            "reference": discrepancy.reference,
            "expected": discrepancy.expected,
            "counted": discrepancy.counted,
            "posted_change": discrepancy.posted_change,
            "reason": discrepancy.reason,
        },
    )

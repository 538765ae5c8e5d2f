from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django_fsm import can_proceed

from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.transactions import requires_transaction
from fulfilment.locks import lock_parcel
from fulfilment.models import InboundParcel


@requires_transaction
def announce_parcel(
    *,
    case: str,
    partner_id: int,
    location_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    rma: str = "",
    contents: Sequence[tuple[str, int]] = (),
) -> InboundParcel:
    """A parcel that a customer is to send to a location.

    `rma` stands on its label, `contents` are SKU and units as far as they are known.
    """
    parcel = InboundParcel.objects.create(
        partner_id=partner_id,
        case=case,
        location_id=location_id,
        carrier=carrier,
        tracking_number=tracking_number,
        announced_at=now,
    )
    announced = {
        "rma": rma,
        "contents": [{"sku": sku, "quantity": quantity} for sku, quantity in contents],
    }
    _record(parcel, "announced", actor=actor, now=now, op_id=op_id, **announced)
    return parcel


@requires_transaction
def note_tracking(
    *,
    parcel_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> bool:
    """Under which number it travels, once somebody says so; False where that is known already.

    What is known is never replaced: a second number is another parcel's.
    """
    parcel = lock_parcel(parcel_id)
    if parcel.tracking_number or not tracking_number:
        return False
    parcel.carrier = parcel.carrier or carrier[:40]
    parcel.tracking_number = tracking_number[:80]
    _keep(parcel, "tracked", actor=actor, now=now, op_id=op_id)
    return True


@requires_transaction
def mark_departed(
    *, parcel_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> InboundParcel:
    """The customer has handed it to the carrier."""
    parcel = _lock(parcel_id, "depart")
    parcel.depart()
    parcel.in_transit_at = now
    return _keep(parcel, "departed", actor=actor, now=now, op_id=op_id)


@requires_transaction
def mark_arrived(
    *, parcel_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> InboundParcel:
    """It lies at the location; nobody need have seen it depart."""
    parcel = _lock(parcel_id, "arrive")
    parcel.arrive()
    parcel.arrived_at = now
    return _keep(parcel, "arrived", actor=actor, now=now, op_id=op_id)


@requires_transaction
def mark_counted(
    *, parcel_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> InboundParcel:
    """Someone has opened it and entered what was in it."""
    parcel = _lock(parcel_id, "count")
    parcel.count()
    return _keep(parcel, "counted", actor=actor, now=now, op_id=op_id)


@requires_transaction
def close_parcel(
    *, parcel_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> InboundParcel:
    """All that was in it has found its place."""
    parcel = _lock(parcel_id, "close")
    parcel.close()
    return _keep(parcel, "closed", actor=actor, now=now, op_id=op_id)


def _lock(parcel_id: int, transition: str) -> InboundParcel:
    parcel = lock_parcel(parcel_id)
    if not can_proceed(getattr(parcel, transition)):
        state = parcel.get_state_display().lower()
        raise ActionBlocked(f"The parcel is {state}; {transition} is not possible now.")
    return parcel


def _keep(
    parcel: InboundParcel, happened: str, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> InboundParcel:
    parcel.save()
    _record(parcel, happened, actor=actor, now=now, op_id=op_id)
    return parcel


def _record(
    parcel: InboundParcel,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **more: Any,
) -> None:
    record(
        kind=f"parcel.{happened}",
        partner_id=parcel.partner_id,
        subject=reference(parcel),
        case=parcel.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "parcel": parcel.pk,
            "location": parcel.location.code,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            **more,
        },
    )

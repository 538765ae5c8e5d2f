"""Holds that end by what somebody does; the end by the clock is `inventory.expiry`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Reservation
from inventory.services.hold_functions import Deed, Ending, end_holds, lock_stock
from inventory.services.holds import HoldEnded
from inventory.services.keeping import all_of, check_quantities
from inventory.states import LIVE, Bucket, EntryCause, ReleaseCause, ReservationState

CONSUMED = Ending(
    state=ReservationState.CONSUMED,
    sources=[ReservationState.COMMITTED],
    bucket=Bucket.CUSTOMER,
    entry_cause=EntryCause.SHIP,
)


@requires_transaction
def consume(
    *, references: Sequence[str], actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Reservation]:
    """The held units have left with a parcel. Raises `HoldEnded` unless all were committed."""
    return all_of(references, end_holds(references, CONSUMED, Deed(actor, now, op_id)))


@requires_transaction
def consume_holds(
    *, numbers: Sequence[str], actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Reservation]:
    """These holds alone have left; of their references others may still be with the warehouse.

    Raises `HoldEnded` unless all were committed.
    """
    holds = sorted((get_hold(number) for number in numbers), key=lambda hold: hold.pk)
    lock_stock([hold.reference for hold in holds])
    ended = []
    for hold in holds:
        left = end_holds([hold.reference], CONSUMED, Deed(actor, now, op_id), only=hold.number)
        ended += all_of([hold.reference], left)
    return ended


@requires_transaction
def release(
    *,
    references: Sequence[str],
    cause: ReleaseCause,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    quantities: Mapping[str, int] | None = None,
) -> list[Reservation]:
    """Give live holds back to everyone; what was ended already stays as it ended.

    With `quantities` (by reference) only so many units, of active holds before committed ones;
    what is left keeps its number.
    """
    check_quantities(references, quantities)
    ending = released(cause)
    return end_holds(references, ending, Deed(actor, now, op_id), quantities=quantities)


@requires_transaction
def report_short(
    *, number: str, found: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> list[Reservation]:
    """The picker found fewer units than a committed hold says; gives back what ended.

    The units found stay committed under the hold's number. The caller opens the discrepancy in
    the same transaction, so that nobody is promised the missing ones. Raises `HoldEnded` when
    the hold is not with the warehouse.
    """
    hold = get_hold(number)
    lock_stock([hold.reference])
    hold = get_hold(number)
    if hold.state != ReservationState.COMMITTED:
        raise HoldEnded("The warehouse has no such hold.", references=[hold.reference])
    if not 0 <= found <= hold.quantity:
        raise BadInput(f"From 0 to {hold.quantity} units can be found.", field="found")
    if found == hold.quantity:
        return []
    return end_holds(
        [hold.reference],
        released(ReleaseCause.SHORT, sources=[ReservationState.COMMITTED]),
        Deed(actor, now, op_id),
        quantities={hold.reference: hold.quantity - found},
        only=number,
    )


def released(cause: ReleaseCause, *, sources: Sequence[ReservationState] = LIVE) -> Ending:
    """An end that gives the units back."""
    return Ending(
        state=ReservationState.RELEASED,
        sources=sources,
        bucket=Bucket.AVAILABLE,
        entry_cause=EntryCause.RELEASE,
        cause=cause,
    )


def get_hold(number: str) -> Reservation:
    """The hold of that number, or a refusal."""
    hold = queries.find_hold(number)
    if hold is None:
        raise BadInput("There is no hold of that number.", field="number")
    return hold

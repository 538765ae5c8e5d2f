"""Goods that were ordered: noted, put off, called off, and there."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.operations import operation
from inventory.locks import lock_supply
from inventory.models import Location, Supply, Variant
from inventory.services.movements import Movement, Place, move
from inventory.states import Bucket, EntryCause, SupplyState

MOST_UNITS = 1_000_000


@operation("supply.expect")
def expect_supply(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    expected_on: dt.date,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    source: str = "",
) -> Supply:
    """So many units come to a location on a day. Raises `BadInput`."""
    if not 1 <= quantity <= MOST_UNITS:
        raise BadInput("At least one unit is expected.", field="quantity")
    if not Variant.objects.for_partner(partner_id).filter(pk=variant_id).exists():
        raise BadInput("There is no such article.", field="variant_id")
    if not Location.objects.for_partner(partner_id).filter(pk=location_id).exists():
        raise BadInput("There is no such location.", field="location_id")
    if expected_on < now.date() - dt.timedelta(days=1):
        raise BadInput("That day is over: take the goods in instead.", field="expected_on")
    supply: Supply = Supply.objects.create(
        partner_id=partner_id,
        variant_id=variant_id,
        location_id=location_id,
        quantity=quantity,
        expected_on=expected_on,
        source=source.strip()[:80],
        noted_at=now,
        noted_by=actor.ref,
    )
    _tell(supply, "expected", actor=actor, now=now, op_id=op_id)
    return supply


@operation("supply.move")
def move_supply(
    *, supply_id: int, expected_on: dt.date, actor: Actor, op_id: UUID, now: dt.datetime
) -> Supply:
    """It comes on another day. Whoever was promised some of it is told by those who promised."""
    supply = _lock_open(supply_id)
    before = supply.expected_on
    if expected_on == before:
        raise BadInput("It is expected on that day already.", field="expected_on")
    supply.expected_on = expected_on
    supply.save()
    _tell(supply, "moved", actor=actor, now=now, op_id=op_id, before=before.isoformat())
    return supply


@operation("supply.cancel")
def cancel_supply(*, supply_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Supply:
    """It does not come any more."""
    supply = _lock_open(supply_id)
    supply.cancel()
    supply.save()
    _tell(supply, "cancelled", actor=actor, now=now, op_id=op_id)
    return supply


@operation("supply.take_in")
def take_in_supply(
    *, supply_id: int, quantity: int, actor: Actor, op_id: UUID, now: dt.datetime
) -> Supply:
    """So many of it are there: on sale from now, and for whoever waits. Raises `BadInput`.

    Of what comes in parts the rest is expected on the same day until somebody says otherwise.
    """
    supply = _lock_open(supply_id)
    if quantity < 1:
        raise BadInput("At least one unit has come.", field="quantity")
    movement = Movement(
        place=Place(supply.partner_id, supply.variant_id, supply.location_id, ""),
        bin_id=None,
        source=Bucket.SUPPLIER,
        target=Bucket.AVAILABLE,
        quantity=quantity,
        cause=EntryCause.PURCHASE,
    )
    move(movement, actor=actor, now=now, op_id=op_id)
    supply.arrived += quantity
    if not supply.left:
        supply.arrive()
    supply.save()
    _tell(supply, "arrived", actor=actor, now=now, op_id=op_id, came=quantity)
    return supply


def _lock_open(supply_id: int) -> Supply:
    supply = lock_supply(supply_id)
    if supply.state != SupplyState.EXPECTED:
        label = SupplyState(supply.state).label.lower()
        raise ActionBlocked(f"The delivery is “{label}” already.")
    return supply


def _tell(
    supply: Supply, what: str, *, actor: Actor, now: dt.datetime, op_id: UUID, **more: object
) -> None:
    record(
        kind=f"supply.{what}",
        partner_id=supply.partner_id,
        subject=reference(supply),
        case="",
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "variant": supply.variant_id,
            "location": supply.location_id,
            "quantity": supply.quantity,
            "expected_on": supply.expected_on.isoformat(),
            **more,
        },
    )

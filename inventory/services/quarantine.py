"""Units out of everyone's reach, each in a quarantine bin, and the five ways out of it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from inventory import queries
from inventory.locks import lock_level_at, lock_levels_of
from inventory.models import Bin, StockLevel, Variant
from inventory.rules import can_clear
from inventory.services.movements import Movement, NotEnoughStock, Place, move
from inventory.states import Bucket, EntryCause


@operation("inventory.quarantine_stock")
def quarantine_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    reference: str = "",
) -> StockLevel:
    """Free units go into a quarantine bin (left out: the location's first). Held ones stay.

    Raises `NotEnoughStock`.
    """
    place = Place(partner_id, variant_id, location_id, lot)
    if bin_id is not None:
        check_quarantine_bin(place, bin_id)
    movement = Movement(
        place=place,
        source=Bucket.AVAILABLE,
        target=Bucket.QUARANTINE,
        quantity=quantity,
        cause=EntryCause.QUARANTINE,
        quarantine_bin_id=bin_id,
        reference=reference,
    )
    return move(movement, actor=actor, now=now, op_id=op_id)


@operation("inventory.clear_quarantine")
def clear_quarantine(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    reference: str = "",
) -> StockLevel:
    """Units were looked at again and are sellable. Whoever put them there may not say so.

    Raises `ActionBlocked` with the reason, and `NotEnoughStock`.
    """
    place = Place(partner_id, variant_id, location_id, lot)
    # Locked before it is asked, so that nobody puts more in between.
    lock_level_at(variant_id=variant_id, location_id=location_id, lot=lot)
    found = _bin_with(place, quantity, bin_id)
    put_by = queries.list_who_quarantined(
        variant_id=variant_id, location_id=location_id, lot=lot, bin_id=found
    )
    can_clear(actor=actor.ref, put_by=put_by).require("You cannot clear these units.")
    out = _take_out(
        place,
        quantity,
        found,
        target=Bucket.AVAILABLE,
        cause=EntryCause.CLEAR,
        reference=reference,
    )
    return move(out, actor=actor, now=now, op_id=op_id)


@operation("inventory.scrap_stock")
def scrap_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    reference: str = "",
) -> StockLevel:
    """Quarantined units are written off. Raises `NotEnoughStock`."""
    place = Place(partner_id, variant_id, location_id, lot)
    out = _take_out(
        place,
        quantity,
        bin_id,
        target=Bucket.SCRAP,
        cause=EntryCause.SCRAP,
        reference=reference,
    )
    return move(out, actor=actor, now=now, op_id=op_id)


@operation("inventory.return_to_vendor")
def return_to_vendor(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
    reference: str = "",
) -> StockLevel:
    """Quarantined units go back to their supplier. Raises `NotEnoughStock`."""
    place = Place(partner_id, variant_id, location_id, lot)
    out = _take_out(
        place,
        quantity,
        bin_id,
        target=Bucket.SUPPLIER,
        cause=EntryCause.RETURN_TO_VENDOR,
        reference=reference,
    )
    return move(out, actor=actor, now=now, op_id=op_id)


@requires_transaction
def give_back(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    reference: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    lot: str = "",
    bin_id: int | None = None,
) -> StockLevel:
    """Quarantined units that were never ours go back to their customer. Raises `NotEnoughStock`."""
    place = Place(partner_id, variant_id, location_id, lot)
    out = _take_out(
        place,
        quantity,
        bin_id,
        target=Bucket.CUSTOMER,
        cause=EntryCause.GIVE_BACK,
        reference=reference,
    )
    return move(out, actor=actor, now=now, op_id=op_id)


@operation("inventory.refurbish_stock")
def refurbish_stock(
    *,
    partner_id: int,
    variant_id: int,
    location_id: int,
    quantity: int,
    into_variant_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    lot: str = "",
    bin_id: int | None = None,
) -> StockLevel:
    """Quarantined units were put right and are sold as another SKU from now on.

    They leave through the workshop and arrive free under `into_variant_id`, which must be a
    refurbished variant of theirs; a lot keeps its name. A refurbished variant without a cost of
    its own takes over what the units cost. Returns its level. Raises `NotEnoughStock`.
    """
    into = _refurbished(partner_id, variant_id, into_variant_id)
    left = _take_out(
        Place(partner_id, variant_id, location_id, lot),
        quantity,
        bin_id,
        target=Bucket.WORKSHOP,
        cause=EntryCause.REFURBISH,
        reference=f"variant:{into.pk}",
    )
    came = Movement(
        place=Place(partner_id, into.pk, location_id, lot),
        source=Bucket.WORKSHOP,
        target=Bucket.AVAILABLE,
        quantity=quantity,
        cause=EntryCause.REFURBISH,
        reference=f"variant:{variant_id}",
    )
    lock_levels_of([variant_id, into.pk], location_id=location_id, lot=lot)
    move(left, actor=actor, now=now, op_id=op_id)
    level = move(came, actor=actor, now=now, op_id=op_id)
    if not into.unit_cost and into.refurbished_from:
        into.unit_cost = into.refurbished_from.unit_cost
        into.save(update_fields=["unit_cost"])
    return level


def check_quarantine_bin(place: Place, bin_id: int) -> None:
    """Raises `BadInput` unless it is a quarantine bin of that place."""
    bins = Bin.objects.for_partner(place.partner_id).filter(
        pk=bin_id, location=place.location_id, kind=Bin.Kind.QUARANTINE
    )
    if not bins.exists():
        raise BadInput("Choose a quarantine bin of this location.", field="bin_id")


def _refurbished(partner_id: int, variant_id: int, into_variant_id: int) -> Variant:
    into: Variant | None = (
        Variant.objects.for_partner(partner_id)
        .select_related("refurbished_from")
        .filter(pk=into_variant_id, refurbished_from=variant_id)
        .first()
    )
    if into is None:
        raise BadInput("Choose a refurbished variant of this SKU.", field="into_variant_id")
    return into


def _bin_with(place: Place, quantity: int, bin_id: int | None) -> int:
    """The bin that is meant, or the first that has enough."""
    found = queries.find_quarantine_bin(
        variant_id=place.variant_id,
        location_id=place.location_id,
        lot=place.lot,
        quantity=quantity,
        bin_id=bin_id,
    )
    if found is None:
        raise NotEnoughStock(f"No bin has {quantity} quarantined units there.")
    return found


def _take_out(
    place: Place,
    quantity: int,
    bin_id: int | None,
    *,
    target: Bucket,
    cause: EntryCause,
    reference: str = "",
) -> Movement:
    return Movement(
        place=place,
        source=Bucket.QUARANTINE,
        target=target,
        quantity=quantity,
        cause=cause,
        quarantine_bin_id=bin_id,
        reference=reference,
    )

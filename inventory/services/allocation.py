"""Allocations: units sold on a channel and not sent yet, out of the reach of exchanges.

They pass the same door as holds. The SQL functions of migration 0011 do the work, each in one
round trip, and write ledger and event themselves.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, DomainError
from core.operations import operation
from core.transactions import requires_transaction
from inventory import queries
from inventory.models import Allocation
from inventory.queries import OutOfStock
from inventory.rules import Shortage
from inventory.states import AllocationState, Bucket, EntryCause
from inventory.telling import told_of, user_setting


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """Units that were sold under one reference; no location: wherever most of them are free."""

    reference: str
    variant_id: int
    quantity: int
    location_id: int | None = None


class AllocatedOtherwise(BadInput):
    """The reference has an allocation, but of another variant or quantity."""

    code = "allocated_otherwise"


class AllocationEnded(DomainError):
    """Allocations that were to be shipped or cancelled are not open; `references` says which."""

    code = "allocation_ended"

    def __init__(self, message: str, *, references: Sequence[str]) -> None:
        super().__init__(message, references=list(references))
        self.references = list(references)


@operation("inventory.allocate_stock")
def allocate_stock(
    *,
    partner_id: int,
    lines: Sequence[AllocationLine],
    channel: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> list[Allocation]:
    """`allocate` as a command of its own."""
    return allocate(
        partner_id=partner_id, lines=lines, channel=channel, actor=actor, now=now, op_id=op_id
    )


@requires_transaction
def allocate(
    *,
    partner_id: int,
    lines: Sequence[AllocationLine],
    channel: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Allocation]:
    """Take units out of stock for sales: all lines or none.

    A reference that is allocated already, or was shipped, keeps what it has. Due holds in the
    way end. One line may come out of several lots, and out of several places where none has
    enough. Raises `OutOfStock` with all shortages, `AllocatedOtherwise`.
    """
    _check(partner_id, lines)
    allocations = _allocations(
        "inventory_make_allocations(%s, %s::text[], %s::bigint[], %s::bigint[], %s::integer[],"
        " %s, %s, %s, %s::uuid, %s::timestamptz, %s::text[], %s::text[])",
        [
            partner_id,
            [line.reference for line in lines],
            [line.variant_id for line in lines],
            [line.location_id for line in lines],
            [line.quantity for line in lines],
            channel,
            actor.ref,
            user_setting(actor),
            op_id,
            now,
            told_of("allocation.made"),
            told_of("reservation.expired"),
        ],
    )
    if not allocations:
        raise _out_of_stock(partner_id, lines, now)
    _check_same(lines, allocations)
    return allocations


@operation("inventory.cancel_allocation")
def cancel_allocation(
    *, partner_id: int, references: Sequence[str], actor: Actor, op_id: UUID, now: dt.datetime
) -> list[Allocation]:
    """`deallocate` as a command of its own; raises `AllocationEnded` for what has left."""
    cancelled = deallocate(
        partner_id=partner_id, references=references, actor=actor, now=now, op_id=op_id
    )
    left = set(references) - {allocation.reference for allocation in cancelled}
    shipped = queries.list_shipped_references(partner_id=partner_id, references=left)
    if shipped:
        raise AllocationEnded("The goods have left already.", references=shipped)
    return cancelled


@requires_transaction
def deallocate(
    *,
    partner_id: int,
    references: Sequence[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[Allocation]:
    """Give open allocations back to everyone; what ended already stays as it ended."""
    return _end(
        partner_id,
        references,
        None,
        AllocationState.CANCELLED,
        Bucket.AVAILABLE,
        EntryCause.DEALLOCATE,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@operation("inventory.ship_allocation")
def ship_allocation(
    *,
    partner_id: int,
    references: Sequence[str],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    quantities: Mapping[str, int] | None = None,
) -> list[Allocation]:
    """`send_allocated` as a command of its own."""
    return send_allocated(
        partner_id=partner_id,
        references=references,
        quantities=quantities,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@requires_transaction
def send_allocated(
    *,
    partner_id: int,
    references: Sequence[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    quantities: Mapping[str, int] | None = None,
) -> list[Allocation]:
    """The units have left for the customer; with `quantities` that many of each reference.

    The rest stays allocated. Raises `AllocationEnded` when a reference has nothing open, or
    fewer units than are to leave.
    """
    wanted = quantities or {}
    if any(quantity < 1 for quantity in wanted.values()):
        raise BadInput("At least one unit must leave.", field="quantities")
    shipped = _end(
        partner_id,
        references,
        [wanted.get(reference) for reference in references],
        AllocationState.SHIPPED,
        Bucket.CUSTOMER,
        EntryCause.SHIP,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    units = Counter[str]()
    for allocation in shipped:
        units[allocation.reference] += allocation.quantity
    ended = [each for each in references if units[each] < wanted.get(each, 1)]
    if ended:
        raise AllocationEnded("That is not allocated any more.", references=ended)
    return shipped


def _check(partner_id: int, lines: Sequence[AllocationLine]) -> None:
    if not lines:
        raise BadInput("There is nothing to allocate.", field="lines")
    if any(line.quantity < 1 for line in lines):
        raise BadInput("An allocation is for at least one unit.", field="quantity")
    if any(not 0 < len(line.reference) <= 120 for line in lines):
        raise BadInput("A reference has 1 to 120 characters.", field="reference")
    if len({line.reference for line in lines}) < len(lines):
        raise BadInput("A reference can be allocated only once.", field="reference")


def _check_same(lines: Sequence[AllocationLine], allocations: Sequence[Allocation]) -> None:
    """A repetition gets the first allocation back; something else under its name is a mistake."""
    units: Counter[tuple[str, int]] = Counter()
    for allocation in allocations:
        units[allocation.reference, allocation.variant_id] += allocation.quantity
    asked = Counter({(line.reference, line.variant_id): line.quantity for line in lines})
    if units != asked:
        raise AllocatedOtherwise("Other units are allocated under this reference.")


def _out_of_stock(partner_id: int, lines: Sequence[AllocationLine], now: dt.datetime) -> OutOfStock:
    sellable = queries.get_sellable(
        partner_id=partner_id, variant_ids=[line.variant_id for line in lines], now=now
    )
    skus = queries.get_skus(partner_id=partner_id, variant_ids=[line.variant_id for line in lines])
    asked = Counter[int]()
    for line in lines:
        asked[line.variant_id] += line.quantity
    shortages = []
    for line in lines:
        places = sellable.get(line.variant_id, {})
        free = sum(units for place, units in places.items() if line.location_id in (None, place))
        if free < asked[line.variant_id]:
            sku = skus.get(line.variant_id, "?")
            shortages.append(Shortage(line.reference, sku, line.quantity, free))
    short = ", ".join(f"{one.sku} ({one.available} free, {one.wanted} sold)" for one in shortages)
    return OutOfStock(f"Not enough stock: {short}.", shortages=shortages)


def _end(
    partner_id: int,
    references: Sequence[str],
    quantities: Sequence[int | None] | None,
    state: AllocationState,
    bucket: Bucket,
    cause: EntryCause,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> list[Allocation]:
    kind = f"allocation.{state.value}"
    return _allocations(
        "inventory_end_allocations(%s, %s::text[], %s::integer[], %s, %s, %s, %s, %s, %s::uuid,"
        " %s::timestamptz, %s::text[])",
        [
            partner_id,
            list(references),
            None if quantities is None else list(quantities),
            state.value,
            bucket.value,
            cause.value,
            kind,
            actor.ref,
            op_id,
            now,
            told_of(kind),
        ],
    )


def _allocations(function: str, parameters: list[Any]) -> list[Allocation]:
    return list(Allocation.objects.raw(f"SELECT * FROM {function}", parameters))

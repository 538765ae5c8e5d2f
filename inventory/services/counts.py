"""Cycle counts: goods counted by hand while the desk goes on.

What the ledger says is read under the level's lock at the moment a figure is entered, so sales
and holds during the count change nothing about the difference.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import F, Q

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record
from core.events import reference as reference_to
from core.operations import operation
from inventory.locks import lock_count, lock_level
from inventory.models import (
    Bin,
    CycleCount,
    CycleCountLine,
    Location,
    QuarantineBalance,
    StockLevel,
)
from inventory.services.discrepancies import open_discrepancy
from inventory.states import Bucket, CountState, DiscrepancySource


@operation("inventory.open_count")
def open_count(
    *,
    partner_id: int,
    location_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    bin_id: int | None = None,
) -> CycleCount:
    """Begin counting the shelf of a location, or one bin there; lists what should be there.

    Of a quarantine bin the quarantined units are counted, elsewhere all others. Raises
    `BadInput` when nothing is kept there.
    """
    location = Location.objects.for_partner(partner_id).filter(pk=location_id).first()
    if location is None:
        raise BadInput("Choose a location.", field="location_id")
    counted_bin = _bin_of(location, bin_id)
    levels = _levels(location, counted_bin)
    if not levels:
        raise BadInput("Nothing is kept there that could be counted.", field="location_id")
    count = CycleCount.objects.create(
        partner_id=partner_id,
        location=location,
        bin=counted_bin,
        opened_at=now,
        opened_by=actor.ref,
    )
    CycleCountLine.objects.bulk_create(
        CycleCountLine(partner_id=partner_id, count=count, stock_level=level) for level in levels
    )
    _record(count, "opened", {"lines": len(levels)}, actor=actor, now=now, op_id=op_id)
    return count


@operation("inventory.enter_count")
def enter_count(
    *,
    count_id: int,
    stock_level_id: int,
    counted: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> CycleCountLine:
    """How many units were found of one level; entered again, the later figure counts."""
    if counted < 0:
        raise BadInput("A count is not below zero.", field="counted")
    count = _lock_open(count_id)
    line: CycleCountLine | None = count.lines.filter(stock_level=stock_level_id).first()
    if line is None:
        raise BadInput("That SKU is not part of this count.", field="stock_level_id")
    line.expected = _expected(count, lock_level(stock_level_id))
    line.counted, line.counted_at, line.counted_by = counted, now, actor.ref
    line.save()
    _record(
        count,
        "entered",
        {"stock_level": stock_level_id, "expected": line.expected, "counted": counted},
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return line


@operation("inventory.close_count")
def close_count(*, count_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> CycleCount:
    """Every figure that differs opens a discrepancy; what was not counted stays as it is.

    Raises `ActionBlocked` when nothing was counted.
    """
    count = _lock_open(count_id)
    # By level, as everyone locks them.
    counted = count.lines.exclude(counted=None).select_related("stock_level")
    lines = list(counted.order_by("stock_level_id"))
    if not lines:
        raise ActionBlocked("Nothing is counted yet. Enter a figure, or cancel the count.")
    opened = [_compare(count, line, actor=actor, now=now, op_id=op_id) for line in lines]
    count.close()
    count.closed_at = now
    count.save()
    facts = {"counted": len(lines), "differing": sum(opened)}
    _record(count, "closed", facts, actor=actor, now=now, op_id=op_id)
    return count


@operation("inventory.cancel_count")
def cancel_count(*, count_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> CycleCount:
    """Give up a count: its figures lead to nothing."""
    count = _lock_open(count_id)
    count.cancel()
    count.closed_at = now
    count.save()
    _record(count, "cancelled", {}, actor=actor, now=now, op_id=op_id)
    return count


def _bin_of(location: Location, bin_id: int | None) -> Bin | None:
    if bin_id is None:
        return None
    found: Bin | None = location.bins.filter(pk=bin_id).first()
    if found is None:
        raise BadInput("Choose a bin of this location.", field="bin_id")
    return found


def _levels(location: Location, counted_bin: Bin | None) -> list[StockLevel]:
    levels = StockLevel.objects.filter(location=location)
    if counted_bin is None:
        # What is all gone has no shelf any more; what is only quarantined lies elsewhere.
        levels = levels.filter(Q(available__gt=0) | Q(held__gt=0) | Q(allocated__gt=0))
    elif counted_bin.kind == Bin.Kind.QUARANTINE:
        levels = levels.filter(quarantined__bin=counted_bin, quarantined__quantity__gt=0)
    else:
        levels = levels.filter(bin=counted_bin)
    return list(levels.order_by(F("bin__code").asc(nulls_last=True), "variant__sku", "lot"))


def _is_quarantine(count: CycleCount) -> bool:
    return count.bin is not None and count.bin.kind == Bin.Kind.QUARANTINE


def _expected(count: CycleCount, level: StockLevel) -> int:
    if not _is_quarantine(count):
        return level.on_shelf
    balance = QuarantineBalance.objects.filter(stock_level=level, bin=count.bin_id).first()
    return balance.quantity if balance else 0


def _lock_open(count_id: int) -> CycleCount:
    count = lock_count(count_id)
    if count.state != CountState.OPEN:
        raise ActionBlocked(f"{count.number} is {count.get_state_display().lower()} already.")
    return count


def _compare(
    count: CycleCount, line: CycleCountLine, *, actor: Actor, now: dt.datetime, op_id: UUID
) -> bool:
    level = line.stock_level
    quarantine = _is_quarantine(count)
    discrepancy = open_discrepancy(
        partner_id=count.partner_id,
        variant_id=level.variant_id,
        location_id=level.location_id,
        lot=level.lot,
        bucket=Bucket.QUARANTINE if quarantine else "",
        bin_id=count.bin_id if quarantine else None,
        source=DiscrepancySource.CYCLE_COUNT,
        reference=reference_to(count),
        expected=line.expected or 0,
        counted=line.counted or 0,
        counted_at=line.counted_at or now,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return discrepancy is not None


def _record(
    count: CycleCount,
    verb: str,
    facts: dict[str, int],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> None:
    record(
        kind=f"count.{verb}",
        partner_id=count.partner_id,
        subject=reference_to(count),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"number": count.number, "location": count.location.code, **facts},
    )

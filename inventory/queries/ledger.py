"""The stock ledger as people read it: newest first, each line with what lay there after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.asking import ask
from inventory.models import StockEntry
from inventory.states import Bucket

COUNTED = (Bucket.AVAILABLE, Bucket.HELD, Bucket.ALLOCATED, Bucket.QUARANTINE)

# The newest lines of each level first, from its own index; then the newest of all.
PAGE = """
SELECT e.id FROM inventory_stocklevel l
 CROSS JOIN LATERAL (
       SELECT e.id FROM inventory_stockentry e
        WHERE e.stock_level_id = l.id AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
          AND (%(cause)s::text = '' OR e.cause = %(cause)s)
        ORDER BY e.sequence DESC LIMIT %(limit)s) e
 WHERE l.variant_id = %(variant)s
   AND (%(location)s::bigint IS NULL OR l.location_id = %(location)s)
 ORDER BY e.id DESC LIMIT %(limit)s
"""

# What a level held right after a line that is shown: its counters now, less all since.
BALANCES = """
SELECT l.id, shown.sequence, l.available - coalesce(since.available, 0),
       l.held - coalesce(since.held, 0), l.allocated - coalesce(since.allocated, 0),
       l.quarantine - coalesce(since.quarantine, 0)
  FROM unnest(%s::bigint[], %s::bigint[]) AS shown (level_id, sequence)
  JOIN inventory_stocklevel l ON l.id = shown.level_id
  LEFT JOIN LATERAL (
       SELECT sum(change) FILTER (WHERE bucket = 'available') AS available,
              sum(change) FILTER (WHERE bucket = 'held') AS held,
              sum(change) FILTER (WHERE bucket = 'allocated') AS allocated,
              sum(change) FILTER (WHERE bucket = 'quarantine') AS quarantine
         FROM inventory_stockentry e
        CROSS JOIN LATERAL (VALUES (e.to_bucket, e.quantity), (e.from_bucket, -e.quantity))
              AS side (bucket, change)
        WHERE e.stock_level_id = l.id AND e.sequence > shown.sequence
          AND e.sequence <= l.sequence) since ON true
"""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A movement, and every bucket of its place and lot after it."""

    entry: StockEntry
    available: int
    held: int
    allocated: int
    quarantine: int


def list_ledger(
    *,
    variant_id: int,
    location_id: int | None = None,
    cause: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[LedgerLine]:
    """A page of a SKU's ledger, newest first, from below entry id `before`."""
    entries = _page(variant_id, location_id, cause=cause, before=before, limit=limit)
    # Of one cause, lines are missing in between: each is reckoned for itself.
    return _reckon_each(entries) if cause else _walk_back(entries)


def _walk_back(entries: Sequence[StockEntry]) -> list[LedgerLine]:
    """The balances after the newest line of each level, and from there line by line."""
    newest: dict[int, int] = {}
    for entry in entries:
        newest.setdefault(entry.stock_level_id, entry.sequence)
    found = _balances(list(newest.items()))
    balances = {level_id: found[level_id, sequence] for level_id, sequence in newest.items()}
    lines = []
    for entry in entries:
        after = balances[entry.stock_level_id]
        lines.append(_line(entry, after))
        balances[entry.stock_level_id] = _before(entry, after)
    return lines


def _reckon_each(entries: Sequence[StockEntry]) -> list[LedgerLine]:
    found = _balances([(entry.stock_level_id, entry.sequence) for entry in entries])
    return [_line(entry, found[entry.stock_level_id, entry.sequence]) for entry in entries]


def _line(entry: StockEntry, after: dict[str, int]) -> LedgerLine:
    return LedgerLine(entry, *(after[bucket] for bucket in COUNTED))


def _page(
    variant_id: int, location_id: int | None, *, cause: str, before: int | None, limit: int
) -> list[StockEntry]:
    which = {
        "variant": variant_id,
        "location": location_id,
        "cause": cause,
        "before": before,
        "limit": limit,
    }
    ids = [pk for (pk,) in ask(PAGE, which)]
    entries = StockEntry.objects.select_related("stock_level__location", "bin")
    return list(entries.filter(pk__in=ids).order_by("-pk"))


def _balances(shown: Sequence[tuple[int, int]]) -> dict[tuple[int, int], dict[str, int]]:
    """Every bucket of a level right after its entry of this sequence."""
    levels, sequences = [level for level, _ in shown], [sequence for _, sequence in shown]
    return {
        (level_id, sequence): dict(zip(COUNTED, buckets, strict=True))
        for level_id, sequence, *buckets in ask(BALANCES, [levels, sequences])
    }


def _before(entry: StockEntry, after: dict[str, int]) -> dict[str, int]:
    return {
        bucket: units
        - (entry.quantity if entry.to_bucket == bucket else 0)
        + (entry.quantity if entry.from_bucket == bucket else 0)
        for bucket, units in after.items()
    }

"""The ledger of a SKU: every movement in words, newest first, as a page and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Literal

from django.http import QueryDict

from console.components import EmptyState, Pager
from console.filters import draw_nothing_left
from console.links import ledger_url, stock_url
from console.people import name_people, word_for
from console.queue.paging import address_of
from console.reader import Reader
from console.rights import Rights
from console.stock.forms import LedgerFilter
from console.stock.page import Buckets, LedgerPage, LedgerRow
from console.stock.references import list_references
from inventory.models import Variant
from inventory.queries import LedgerLine, list_ledger
from inventory.states import AdjustReason, Bucket, EntryCause

Tone = Literal["gain", "loss", "within"]

PAGE = 50
FILE_PAGE = 500
ON_HAND = (Bucket.AVAILABLE, Bucket.HELD, Bucket.ALLOCATED, Bucket.QUARANTINE)
# What a spreadsheet would take for a formula (or for the start of one).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADS = (
    "at_utc", "at_local", "sku", "location", "lot", "from", "to", "units", "cause", "reason",
    "reference", "actor", "available_after", "held_after", "allocated_after", "quarantine_after",
    "sequence",
)  # fmt: skip


def draw_ledger(
    variant: Variant, form: LedgerFilter, query: QueryDict, *, rights: Rights, reader: Reader
) -> LedgerPage:
    lines = take_lines(variant, form, before=_read_before(query), limit=PAGE + 1)
    shown, has_more = lines[:PAGE], len(lines) > PAGE
    older = address_of(query, before=str(shown[-1].entry.pk)) if has_more else ""
    newest = address_of(query) or ledger_url(variant)
    return LedgerPage(
        title=variant.full_title,
        sku=variant.sku,
        stock_url=stock_url(variant),
        csv_url=f"{ledger_url(variant)}csv/{address_of(query)}",
        rows=list(_draw_rows(shown, rights, reader)),
        newest_url=newest if "before" in query else "",
        pager=Pager(shown=f"{len(shown)} shown", next_url=older),
        empty=None if shown else _empty(form, variant),
    )


def take_lines(
    variant: Variant, form: LedgerFilter, *, before: int | None, limit: int
) -> list[LedgerLine]:
    return list_ledger(
        variant_id=variant.pk,
        location_id=place.pk if (place := form.chosen_place) else None,
        cause=form.chosen_cause,
        before=before,
        limit=limit,
    )


def write_csv(variant: Variant, form: LedgerFilter, reader: Reader) -> Iterator[str]:
    """Row by row: the head, then every line that the filters let through, newest first."""
    yield _as_row(HEADS)
    before = None
    while lines := take_lines(variant, form, before=before, limit=FILE_PAGE):
        for line in lines:
            yield _as_row(_cells(line, variant, reader))
        before = lines[-1].entry.pk


def _cells(line: LedgerLine, variant: Variant, reader: Reader) -> Iterator[str | int]:
    entry, level = line.entry, line.entry.stock_level
    yield entry.at.isoformat()
    yield f"{reader.day(entry.at)} {reader.hour(entry.at)}"
    yield from (variant.sku, level.location.code, level.lot)
    yield from (entry.from_bucket, entry.to_bucket, entry.quantity, entry.cause, entry.reason)
    yield from (entry.reference, entry.actor)
    yield from (line.available, line.held, line.allocated, line.quarantine, entry.sequence)


def _as_row(cells: Iterator[str | int] | tuple[str, ...]) -> str:
    text = StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str | int) -> str | int:
    """A text that a spreadsheet would run is led by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _draw_rows(lines: list[LedgerLine], rights: Rights, reader: Reader) -> Iterator[LedgerRow]:
    about = list_references((line.entry.reference for line in lines), rights)
    names = name_people({line.entry.actor for line in lines})
    for line in lines:
        entry, level = line.entry, line.entry.stock_level
        yield LedgerRow(
            at=entry.at,
            when=reader.moment(entry.at),
            units=_signed(line),
            tone=_tone(line),
            source=str(Bucket(entry.from_bucket).label),
            target=str(Bucket(entry.to_bucket).label),
            cause=str(EntryCause(entry.cause).label),
            reason=str(AdjustReason(entry.reason).label) if entry.reason else "",
            about=about.get(entry.reference),
            reference=entry.reference,
            place=level.location.name,
            lot=level.lot,
            who=word_for(entry.actor, names, reader),
            after=Buckets(
                available=line.available,
                held=line.held,
                allocated=line.allocated,
                quarantine=line.quarantine,
            ),
        )


def _signed(line: LedgerLine) -> str:
    """More or less on hand: “+2”, “−1”; between two buckets of a place just the units."""
    sign = {"gain": "+", "loss": "−", "within": ""}[_tone(line)]
    return f"{sign}{line.entry.quantity}"


def _tone(line: LedgerLine) -> Tone:
    source, target = line.entry.from_bucket in ON_HAND, line.entry.to_bucket in ON_HAND
    if source == target:
        return "within"
    return "gain" if target else "loss"


def _read_before(query: QueryDict) -> int | None:
    text = query.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _empty(form: LedgerFilter, variant: Variant) -> EmptyState:
    if form.chosen():
        url = ledger_url(variant)
        return draw_nothing_left(form, title="No movement", url=url, icon="box")
    return EmptyState(
        title="No movement",
        words="The first line is written when the first units come in.",
        icon="box",
    )

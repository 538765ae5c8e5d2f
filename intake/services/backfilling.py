"""A large file of old documents: kept whole, then taken piece by piece by a job.

Each record becomes a document of its own, received like one that came by itself but less urgent.
Several workers may be at one file, each under a lease at a part of its own: versions of one order
may come in any order. Stopping loses nothing: what was taken of a part is counted with it, and a
record that comes twice is a duplicate.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import DataError, IntegrityError, transaction
from django.db.models import F

from core import bulk, documents, jobs
from core.actors import Actor
from core.errors import BadInput
from core.events import record, reference
from core.models import Job
from core.operations import operation
from core.transactions import opens_transaction
from intake.locks import claim_part, is_left, lock_part, release_part
from intake.models import Backfill, BackfillPart
from intake.services.bulk import Piece, receive_many
from intake.services.plain import get_terms, read_plain
from intake.services.receiving import receive_document
from orders.models import Channel

__all__ = [
    "claim_part", "is_left", "keep_file", "read_from", "read_part", "release_part",
    "split_records", "start_backfill", "take_records",
]  # fmt: skip

JOB = "intake.backfill"
RECORDS_IN_PART = 500
STEP = 250
LAST = 9  # in urgency


def split_records(lines: Iterator[str], *, is_table: bool, key: str = "") -> Iterator[bytes]:
    """Each record of a file as a document: a line of JSONL, or the rows of one order with their
    header. `key` is the column whose equal values make one order; the first unless given.
    """
    if not is_table:
        yield from (line.strip().encode() for line in lines if line.strip())
        return
    rows = csv.reader(lines)
    header = next(rows, [])
    column = header.index(key) if key in header else 0
    group: list[list[str]] = []
    for row in rows:
        if not row:
            continue
        if group and row[column : column + 1] != group[0][column : column + 1]:
            yield _as_table(header, group)
            group = []
        group.append(row)
    if group:
        yield _as_table(header, group)


def _as_table(header: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def keep_file(
    *,
    channel: Channel,
    name: str,
    lines: Iterator[str],
    is_table: bool,
    now: datetime,
    key: str = "",
) -> Backfill:
    """Keep every record of a file, encrypted, some hundred at a time: memory stays small."""
    backfill = _begin(channel, name, now)
    part: list[bytes] = []
    for record_bytes in split_records(lines, is_table=is_table, key=key):
        part.append(record_bytes)
        if len(part) == RECORDS_IN_PART:
            _keep_part(backfill, part, now)
            part = []
    if part:
        _keep_part(backfill, part, now)
    if not backfill.records:
        raise BadInput("The file holds no record.", field="file")
    return backfill


@opens_transaction
def _begin(channel: Channel, name: str, now: datetime) -> Backfill:
    return Backfill.objects.create(
        partner_id=channel.partner_id, channel=channel, name=name[:200], records=0, asked_at=now
    )


@opens_transaction
def _keep_part(backfill: Backfill, part: list[bytes], now: datetime) -> None:
    content = json.dumps([record_bytes.decode("utf-8", "replace") for record_bytes in part])
    kept = documents.store(
        partner_id=backfill.partner_id,
        kind="backfill",
        person="",
        content=content.encode(),
        content_type="application/json",
        now=now,
    )
    BackfillPart.objects.create(
        partner_id=backfill.partner_id, backfill=backfill, first=backfill.records, content=kept,
        size=len(part),
    )  # fmt: skip
    backfill.records += len(part)
    backfill.save(update_fields=["records"])


@operation("intake.start_backfill")
def start_backfill(*, backfill_id: int, actor: Actor, op_id: UUID, now: datetime) -> Job:
    """Take the records as a job; one that was stopped goes on where it was."""
    backfill = Backfill.objects.get(pk=backfill_id)
    record(
        kind="backfill.started",
        partner_id=backfill.partner_id,
        subject=reference(backfill),
        actor=actor,
        op_id=op_id,
        now=now,
        data={"channel": backfill.channel.code, "records": backfill.records},
    )
    return jobs.start(
        partner_id=backfill.partner_id,
        kind=JOB,
        arguments={"backfill": backfill.pk},
        total=backfill.records - backfill.taken,
        actor=actor,
        now=now,
    )


def read_from(backfill: Backfill) -> Iterator[tuple[int, bytes]]:
    """The records that were not taken yet, with their numbers."""
    left = backfill.parts.filter(taken__lt=F("size")).select_related("content__key")
    for part in left.order_by("first"):
        yield from read_part(part)


def read_part(part: BackfillPart) -> Iterator[tuple[int, bytes]]:
    """The records of a part that were not taken yet, with their numbers in the file."""
    texts = json.loads(documents.read(part.content))
    for offset, text in enumerate(texts[part.taken :], start=part.taken):
        yield part.first + offset, text.encode()


@opens_transaction
def take_records(
    *,
    part_id: int,
    lease: int,
    records: list[tuple[int, bytes]],
    actor: Actor,
    op_id: UUID,
    now: datetime,
) -> int:
    """Receive some records of a part and count them, both or neither; how many were received.

    None where the lease has ended and somebody else has the part.
    """
    part = lock_part(part_id, lease)
    taken = part.first + part.taken if part else 0
    fresh = [(number, content) for number, content in records if number >= taken]
    if part is None or not fresh:
        return 0
    _receive(part.backfill, fresh, actor=actor, op_id=op_id, now=now)
    part.taken = fresh[-1][0] + 1 - part.first
    part.save(update_fields=["taken"])
    # Last, for all who are at this file count in its row.
    Backfill.objects.filter(pk=part.backfill_id).update(taken=F("taken") + len(fresh))
    return len(fresh)


@bulk.uncollected()
def _receive(
    backfill: Backfill,
    records: Sequence[tuple[int, bytes]],
    *,
    actor: Actor,
    op_id: UUID,
    now: datetime,
) -> None:
    """In bulk, with the plain orders settled at once; one by one where the database refuses."""
    channel, name = backfill.channel, backfill.name[:150]
    terms = get_terms(channel)
    pieces = [
        Piece(content, f"{name}#{number + 1}", read_plain(content, topic="", terms=terms))
        for number, content in records
    ]
    who: dict[str, Any] = {"urgency": LAST, "actor": actor, "now": now}
    try:
        with transaction.atomic():
            receive_many(channel=channel, pieces=pieces, op_id=op_id, **who)
    except (DataError, IntegrityError):
        for (number, _), piece in zip(records, pieces, strict=True):
            receive_document(
                channel=channel, content=piece.content, topic="", source=piece.source,
                op_id=uuid5(op_id, str(number)), **who,
            )  # fmt: skip

"""The audit chain: each sealed event carries the hash of the one before and of itself.

Seals are put on after commit by one sealer at a time, in the order in which it finds events.
The hash is SHA-256 over 0x01, the previous hash and the row as a JSON array, in the order of
`ROW`; it is computed here and not by a function in the database, which an intruder could
replace. Cutting off the tail leaves a shorter, valid chain: only a head kept elsewhere (`head`,
logged at each sealing) shows that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import connection

from core.models import EventSeal
from core.transactions import opens_transaction

log = structlog.get_logger(__name__)

GENESIS = "0" * 64
BATCH = 1_000
# Ids are given before commit, so a slow transaction's event may turn up behind sealed ones.
# No transaction lives long enough for this many others to overtake it; `everything` looks back
# further, and the law "events are sealed" names what was missed.
LOOK_BACK = 10_000
_LOCK = 0x5EA1

# Time zone free: the text of a timestamp with one depends on the session that reads it.
ROW = (
    'json_build_array(e.id, e.event_id, e.partner_id, e."case", e.subject, e.sequence, e.kind,'
    " e.schema_version, e.at AT TIME ZONE 'UTC', e.actor, e.op_id, e.cause, e.data)::text"
)
UNSEALED = f"""
SELECT e.id, {ROW} FROM core_event e
WHERE e.id > %s AND NOT EXISTS (SELECT FROM core_eventseal s WHERE s.event_id = e.id)
ORDER BY e.id LIMIT %s
"""
CHAIN = f"""
SELECT s.sequence, s.previous, s.hash, e.id, {ROW}
FROM core_eventseal s LEFT JOIN core_event e ON e.id = s.event_id
ORDER BY s.sequence
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last link: how many there are, and the hash that stands for them all."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """Where the chain does not hold, and how."""

    sequence: int
    event_id: int | None
    why: str


def seal_events(*, everything: bool = False) -> int:
    """Seal what is not sealed yet; returns how many. Another sealer at work: nothing to do."""
    sealed = 0
    while count := _seal_batch(everything):
        sealed += count
    if sealed:
        log.info("audit_chain_head", head=str(head()), sealed=sealed)
    return sealed


def head() -> Head:
    """The last link of the chain; of an empty one, the genesis."""
    last = EventSeal.objects.order_by("-sequence").first()
    return Head(last.sequence, last.hash) if last else Head(0, GENESIS)


def verify_chain(*, expected: Head | None = None) -> list[BrokenLink]:
    """Every place where the chain is broken, first one first; empty when it holds.

    Recomputes all links. `expected` is a head kept outside of the database: a chain that was
    cut short or rewritten as a whole no longer contains it.
    """
    broken: list[BrokenLink] = []
    before = Head(0, GENESIS)
    for sequence, previous, digest, event_id, row in _chain():
        if why := _flaw(before, sequence, previous, digest, event_id, row):
            broken.append(BrokenLink(sequence, event_id, why))
        if expected and sequence == expected.sequence and digest != expected.hash:
            broken.append(BrokenLink(sequence, event_id, "it is not the link that was exported"))
        before = Head(sequence, digest)
    if expected and before.sequence < expected.sequence:
        broken.append(BrokenLink(before.sequence + 1, None, "the chain was cut off here"))
    return broken


@opens_transaction
def _seal_batch(everything: bool) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        last = head()
        cursor.execute(UNSEALED, [_start(cursor, everything), BATCH])
        links = list(_link(last, cursor.fetchall()))
        cursor.executemany(
            "INSERT INTO core_eventseal (sequence, event_id, previous, hash)"
            " VALUES (%s, %s, %s, %s)",
            links,
        )
    return len(links)


def _start(cursor: Any, everything: bool) -> int:
    if everything:
        return 0
    cursor.execute("SELECT coalesce(max(event_id), 0) FROM core_eventseal")
    highest: int = cursor.fetchone()[0]
    return highest - LOOK_BACK


def _link(last: Head, rows: list[tuple[int, str]]) -> Iterator[tuple[int, int, str, str]]:
    for event_id, row in rows:
        digest = link_hash(last.hash, row)
        yield last.sequence + 1, event_id, last.hash, digest
        last = Head(last.sequence + 1, digest)


def link_hash(previous: str, row: str) -> str:
    """The hash of a link over an event, written as `ROW` writes it."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(previous) + row.encode()).hexdigest()


def _chain() -> Iterator[Any]:
    """Every link with its event, in order, without holding them all in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(CHAIN)
        while rows := cursor.fetchmany(BATCH):
            yield from rows


def _flaw(
    before: Head, sequence: int, previous: str, digest: str, event_id: int | None, row: str
) -> str:
    if sequence != before.sequence + 1:
        return f"{sequence - before.sequence - 1} seals before it are missing"
    if previous != before.hash:
        return "it does not follow the link before it"
    if event_id is None:
        return "its event is gone"
    if link_hash(previous, row) != digest:
        return "its event is not what was sealed"
    return ""

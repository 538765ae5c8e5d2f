"""What would become of a file of old documents, found out on its next records. Writes nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.strict_json import MalformedDocument
from intake.channels import get_adapter, read_document
from intake.models import Backfill, ChannelDocument
from intake.queries import get_mapping, get_rules, list_known_bytes
from intake.reading import NotAnOrder, ReadOrder
from intake.rules import is_ignored
from intake.services.backfilling import read_from
from intake.trying import why_not
from orders.queries import list_known_orders

MOST = 200  # records that are looked at
NEW, KNOWN, AGAIN, OTHER = "new orders", "known orders", "taken before", "other facts"
WAITS, NOTHING, UNREADABLE = "would wait", "hold no order", "cannot be read"


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of so many records, how many would end how, and why the others would not be taken."""

    looked_at: int
    ends: dict[str, int]
    reasons: list[tuple[str, int]]

    @property
    def passes(self) -> int:
        return sum(self.ends.get(end, 0) for end in (NEW, KNOWN, AGAIN, OTHER))


def foretell(backfill: Backfill) -> Foretold:
    """How the next records of a file would end, by the rules and the mapping of its channel."""
    contents = [content for _, content in islice(read_from(backfill), MOST)]
    ends: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    hashes = {content: hashlib.sha256(content).hexdigest() for content in contents}
    known = list_known_bytes(channel_id=backfill.channel_id, topic="", hashes=hashes.values())
    for content in contents:
        if hashes[content] in known:
            ends[AGAIN] += 1
            continue
        end, reason = _end_of(backfill, content)
        ends[end] += 1
        if reason:
            reasons[reason[:200]] += 1
    return Foretold(len(contents), dict(ends), reasons.most_common(8))


def _end_of(backfill: Backfill, content: bytes) -> tuple[str, str]:
    """The end of a record: the worst of what is in it, for a record that holds several things."""
    channel = backfill.channel
    try:
        found = read_document(
            channel.kind,
            get_adapter(channel.kind).parse(content),
            rules=get_rules(channel),
            mapping=get_mapping(channel),
        )
    except MalformedDocument as error:
        return UNREADABLE, str(error)
    if isinstance(found, NotAnOrder):
        return NOTHING, found.reason
    ends = [_end_of_order(backfill, one) for one in found if isinstance(one, ReadOrder)]
    ends = ends or [(OTHER, "")]
    return max(ends, key=lambda end: (end[0] == WAITS, end[0] == NOTHING))


def _end_of_order(backfill: Backfill, read: ReadOrder) -> tuple[str, str]:
    if reason := is_ignored(read):
        return NOTHING, reason
    row = ChannelDocument(channel=backfill.channel, partner_id=backfill.partner_id)
    if reason := why_not(row, read):
        return WAITS, reason
    key = (backfill.channel_id, read.external_id or "")
    return (KNOWN, "") if list_known_orders([key]) else (NEW, "")


def list_ends(foretold: Foretold) -> Iterator[tuple[str, int]]:
    """In the order in which a person reads them, without those that do not occur."""
    for end in (NEW, KNOWN, AGAIN, OTHER, WAITS, NOTHING, UNREADABLE):
        if foretold.ends.get(end):
            yield end, foretold.ends[end]

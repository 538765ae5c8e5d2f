"""One discrepancy in the reader's words: both figures, what moved since, what is proposed."""

from __future__ import annotations

from console.components import Badge, Banner, Check, Fact, TimelineEntry, Tone
from console.discrepancies.page import Count, DiscrepancyPage, EntryRow, Question
from console.discrepancies.proposal import Proposal
from console.discrepancies.record import DiscrepancyRecord
from console.discrepancies.rows import (
    count_holds,
    direction_of,
    place_of,
    signed,
    value_of,
)
from console.goods import line_of
from console.people import word_for
from console.reader import Reader
from core.models import Event
from inventory.models import Discrepancy, StockEntry
from inventory.states import AdjustReason, Bucket, DiscrepancyState, EntryCause

_STATES: dict[str, tuple[str, Tone]] = {
    DiscrepancyState.OPEN: ("Open", "warn"),
    DiscrepancyState.POSTED: ("Corrected", "good"),
    DiscrepancyState.DISMISSED: ("Dismissed", "plain"),
}
_TOLD: dict[str, tuple[str, Tone]] = {
    "opened": ("Opened", "warn"),
    "updated": ("Counted once more", "warn"),
    "posted": ("Corrected", "good"),
    "dismissed": ("Dismissed", "plain"),
}
_ON_THE_SHELF = (Bucket.AVAILABLE, Bucket.HELD, Bucket.ALLOCATED)


def draw_discrepancy(
    record: DiscrepancyRecord,
    reader: Reader,
    *,
    questions: list[Question],
    banner: Banner | None = None,
) -> DiscrepancyPage:
    found = record.discrepancy
    word, tone = _STATES[found.state]
    ours, theirs = _counts(found, reader)
    return DiscrepancyPage(
        number=found.number,
        badge=Badge(word=word, tone=tone),
        goods=line_of(found.variant),
        ours=ours,
        theirs=theirs,
        difference=signed(found.difference),
        direction=direction_of(found.difference),
        value=value_of(found, reader),
        proposal=_proposal(record, record.proposal) if record.proposal else [],
        entries=_entries(record, reader),
        facts=_facts(record, reader),
        history=[_told(event, record, reader) for event in record.events],
        questions=questions,
        banner=banner,
    )


def _counts(discrepancy: Discrepancy, reader: Reader) -> tuple[Count, Count]:
    """Ours and theirs, of one moment: ours is what the ledger said when they counted."""
    counted_at = reader.moment(discrepancy.counted_at)
    what = str(discrepancy.get_bucket_display()).lower() or "all on the shelf"
    source = str(discrepancy.get_source_display())
    return (
        Count(whose="Ours", units=discrepancy.expected, note=f"ledger, {what}, {counted_at}"),
        Count(whose="Theirs", units=discrepancy.counted, note=f"{source.lower()}, {counted_at}"),
    )


# ── what is proposed ─────────────────────────────────────────────────────────


def _proposal(record: DiscrepancyRecord, proposal: Proposal) -> list[Check]:
    if proposal.change == 0:
        return [Check(sentence="Both figures agree: there is nothing to correct.")]
    checks = [_movement(record.discrepancy, proposal)]
    if proposal.lapsed:
        checks.append(
            Check(sentence=f"{_units(proposal.lapsed)} come from holds whose time is over.")
        )
    if proposal.ends:
        checks.append(_ended(record, proposal))
    if proposal.uncovered:
        checks.append(_uncovered(record, proposal))
    if not (proposal.ends or proposal.uncovered):
        checks.append(Check(sentence="No hold is touched."))
    return checks


def _movement(discrepancy: Discrepancy, proposal: Proposal) -> Check:
    bucket = str(Bucket(discrepancy.bucket or Bucket.AVAILABLE).label).lower()
    verb, way = ("Take", "out of") if proposal.change < 0 else ("Add", "to")
    return Check(
        sentence=f"{verb} {_units(abs(proposal.change))} {way} {bucket} at "
        f"{place_of(discrepancy)}: {proposal.before} → {proposal.after}.",
        outcome="fail" if proposal.uncovered else "pass",
    )


def _ended(record: DiscrepancyRecord, proposal: Proposal) -> Check:
    numbers = ", ".join(
        f"{record.cases.get(hold.number, hold.number)} ({_units(hold.quantity)})"
        for hold in proposal.ends
    )
    order = ", the newest first" if len(proposal.ends) > 1 else ""
    return Check(
        sentence=f"{count_holds(len(proposal.ends))} would be ended{order}: {numbers}.",
        outcome="review",
    )


def _uncovered(record: DiscrepancyRecord, proposal: Proposal) -> Check:
    if record.discrepancy.bucket == Bucket.QUARANTINE:
        words = f"{_units(proposal.uncovered)} have left that bin since. Count it again."
        return Check(sentence=words, outcome="fail")
    numbers = [record.cases.get(hold.number, hold.number) for hold in proposal.committed]
    named = f" ({', '.join(numbers)})" if numbers else ""
    return Check(
        sentence=f"{_units(proposal.uncovered)} more would have to come out of what is sold or "
        f"with the warehouse already{named}. Have it report the short pick first.",
        outcome="fail",
    )


def _units(number: int) -> str:
    return "1 unit" if number == 1 else f"{number} units"


# ── what moved since ─────────────────────────────────────────────────────────


def _entries(record: DiscrepancyRecord, reader: Reader) -> list[EntryRow]:
    """Newest first, each with what was left of the counted units after it."""
    if record.level is None:
        return []
    bucket = record.discrepancy.bucket
    counted = (Bucket(bucket),) if bucket else _ON_THE_SHELF
    left = sum(getattr(record.level, each) for each in counted)
    rows = []
    for entry in record.entries:
        change = entry.quantity * ((entry.to_bucket in counted) - (entry.from_bucket in counted))
        rows.append(
            EntryRow(
                at=reader.moment(entry.at),
                what=_what(entry),
                move=_move(entry),
                change=signed(change),
                left=left,
                by=word_for(entry.actor, record.names, reader),
            )
        )
        left -= change
    return rows


def _what(entry: StockEntry) -> str:
    words = str(EntryCause(entry.cause).label)
    reason = str(AdjustReason(entry.reason).label).lower() if entry.reason else ""
    return f"{words}: {reason}" if reason else words


def _move(entry: StockEntry) -> str:
    source, target = Bucket(entry.from_bucket).label, Bucket(entry.to_bucket).label
    return f"{entry.quantity} × {str(source).lower()} → {str(target).lower()}"


# ── facts and history ────────────────────────────────────────────────────────


def _facts(record: DiscrepancyRecord, reader: Reader) -> list[Fact]:
    found = record.discrepancy
    facts = [Fact(term="At", value=found.location.name)]
    if found.bin:
        facts.append(Fact(term="Bin", value=found.bin.code, is_code=True))
    if found.lot:
        facts.append(Fact(term="Lot", value=found.lot, is_code=True))
    facts.append(Fact(term="From", value=str(found.get_source_display())))
    facts.append(Fact(term="Opened", value=reader.moment(found.opened_at)))
    if found.resolved_at:
        who = word_for(found.resolved_by, record.names, reader)
        facts.append(Fact(term="Decided", value=f"{reader.moment(found.resolved_at)} by {who}"))
    if found.reason:
        facts.append(Fact(term="Why", value=str(found.get_reason_display())))
    return facts


def _told(event: Event, record: DiscrepancyRecord, reader: Reader) -> TimelineEntry:
    what, tone = _TOLD.get(event.kind.rpartition(".")[2], (event.kind, "plain"))
    details = [_figures(event), word_for(event.actor, record.names, reader)]
    return TimelineEntry(
        what=what,
        at=event.at,
        when=reader.moment(event.at),
        detail=" · ".join(detail for detail in details if detail),
        tone=tone,
    )


def _figures(event: Event) -> str:
    ours, theirs = event.data.get("expected"), event.data.get("counted")
    return f"ours {ours}, theirs {theirs}" if ours is not None and theirs is not None else ""

"""Events of a case in words. What another line already says is left out."""

from __future__ import annotations

from collections.abc import Iterable

from console.case.record import CaseRecord
from console.case.tellings import TELLINGS
from console.components import Tab, TimelineEntry, Tone
from console.reader import Reader
from core.models import Event
from returns.models import CaseNote

GROUPS = {"": "All", "stock": "Stock", "money": "Money", "messages": "Messages"}


def tell(record: CaseRecord, reader: Reader, *, shows: str = "") -> list[TimelineEntry]:
    """The timeline, newest first; `shows` narrows it to one group."""
    over = ("message.sent", "message.suppressed", "message.called_off")
    sent = {event.subject for event in record.events if event.kind in over}
    return [
        entry
        for event in record.events
        if not (event.kind == "message.queued" and event.subject in sent)
        if (entry := _tell(event, record, reader, shows))
    ]


def list_changes(record: CaseRecord, reader: Reader, *, after: int) -> list[TimelineEntry]:
    """What happened since event `after`, newest first: what somebody had not seen yet."""
    newer = [event for event in record.events if event.pk > after]
    return [entry for event in newer if (entry := _tell(event, record, reader, ""))]


def name_of(actor: str, record: CaseRecord, reader: Reader) -> str:
    if actor == f"user:{reader.user.pk}":
        return "you"
    kind = actor.partition(":")[0]
    who = {"customer": str(record.case.customer), "system": "Swapdesk", "partner": "the partner"}
    return record.names.get(actor, who.get(kind, "someone"))


def draw_tabs(shows: str) -> list[Tab]:
    return [
        Tab(
            label=label,
            url=f"?shows={code}#case-timeline" if code else "?#case-timeline",
            is_current=code == shows,
        )
        for code, label in GROUPS.items()
    ]


def _tell(event: Event, record: CaseRecord, reader: Reader, shows: str) -> TimelineEntry | None:
    note = record.notes.get(event.data.get("note"))
    if event.kind == "return.note_written":
        return _note(event, note, record, reader) if shows in ("", "messages") else None
    telling = TELLINGS.get(event.kind)
    if telling is None or (shows and telling.group != shows):
        return None
    what, detail = telling.words(event.data, reader)
    details = [detail, note.text if note else "", name_of(event.actor, record, reader)]
    return _entry(event, what, details, telling.tone, reader)


def _note(
    event: Event, note: CaseNote | None, record: CaseRecord, reader: Reader
) -> TimelineEntry | None:
    if note is None:
        return None
    return _entry(
        event, f"“{note.text}”", ["note", name_of(event.actor, record, reader)], "warn", reader
    )


def _entry(
    event: Event, what: str, details: Iterable[str], tone: Tone, reader: Reader
) -> TimelineEntry:
    return TimelineEntry(
        what=what,
        at=event.at,
        when=reader.moment(event.at),
        detail=" · ".join(detail for detail in details if detail),
        tone=tone,
    )

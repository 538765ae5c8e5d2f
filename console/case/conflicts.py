"""What a person is told whose form met a case that somebody else had changed meanwhile."""

from __future__ import annotations

from dataclasses import replace

from django import forms

from console.case.record import CaseRecord
from console.case.timeline import list_changes, name_of
from console.components import Action, Conflict, Fact, TimelineEntry
from console.reader import Reader


def draw_conflict(
    record: CaseRecord, reader: Reader, *, form: forms.Form, seen: int, reapply: Action
) -> Conflict:
    """Who changed what since event `seen`, what was typed, and `reapply` with it in its fields."""
    newest = record.events[0]
    who = name_of(newest.actor, record, reader)
    typed = {field.html_name: str(form.data.get(field.html_name, "")) for field in form}
    return Conflict(
        words=f"{who[:1].upper()}{who[1:]} changed this case at {reader.moment(newest.at)}, while "
        "you had it open",
        changes=[
            Fact(term=change.when, value=_in_one_line(change))
            for change in list_changes(record, reader, after=seen)
        ],
        unsaved=[
            Fact(term=str(field.label), value=typed[field.html_name])
            for field in form
            if typed[field.html_name]
        ],
        reapply=replace(reapply, fields=reapply.fields | typed),
    )


def _in_one_line(change: TimelineEntry) -> str:
    return f"{change.what} · {change.detail}" if change.detail else change.what

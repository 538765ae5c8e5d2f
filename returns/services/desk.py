"""What agents do to the file itself: take it, and write in it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, NotPermitted
from core.operations import operation
from returns.models import CaseNote, Return
from returns.services.case import lock_case, tell

LONGEST_NOTE = 4000


@operation("return.take")
def take_case(
    *,
    return_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """The acting person works on the case from here on."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    before = case.assigned_to_id
    case.assigned_to_id = _person(actor)
    case.save()
    tell(case, "taken", actor=actor, now=now, op_id=op_id, before=before)
    return case


@operation("return.write_note")
def write_note(
    *,
    return_id: int,
    version: int | None,
    text: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> CaseNote:
    """Keep what an agent wants the next one to know. The event does not repeat the text."""
    wording = text.strip()
    if not wording:
        raise BadInput("Write something first.", field="text")
    if len(wording) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE} characters.", field="text")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    note = CaseNote.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        author_id=_person(actor),
        text=wording,
        written_at=now,
    )
    tell(case, "note_written", actor=actor, now=now, op_id=op_id, note=note.pk)
    return note


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    return actor.user_id

"""What people write down on a case. It may name anybody, so events tell the note's id alone."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput, NotPermitted
from core.operations import operation
from core.transactions import requires_transaction
from returns.models import CaseNote, Return
from returns.services.case import lock_case, tell

LONGEST_NOTE = 4000


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
    """Keep what an agent wants the next one to know."""
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    wording = _read(text, field="text", demand="Write something first.")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    note = _keep(case, wording, actor=actor, now=now)
    tell(case, "note_written", actor=actor, now=now, op_id=op_id, note=note.pk)
    return note


@requires_transaction
def keep_reason(
    *, case: Return, about: str, reason: str, actor: Actor, now: dt.datetime
) -> CaseNote:
    """Keep why a locked case is changed; `about` is the kind of the command, ``return.cancel``.

    The command's event carries the note's id as ``note``. Raises BadInput where nothing is said.
    """
    demand = "Say why, for whoever reads this case later."
    wording = _read(reason, field="reason", demand=demand)
    return _keep(case, wording, about=about, actor=actor, now=now)


def _read(text: str, *, field: str, demand: str) -> str:
    wording = text.strip()
    if not wording:
        raise BadInput(demand, field=field)
    if len(wording) > LONGEST_NOTE:
        raise BadInput(f"At most {LONGEST_NOTE} characters can be kept.", field=field)
    return wording


def _keep(
    case: Return, wording: str, *, actor: Actor, now: dt.datetime, about: str = ""
) -> CaseNote:
    note: CaseNote = CaseNote.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        about=about,
        author_id=actor.user_id,
        text=wording,
        written_at=now,
    )
    return note

"""Whose case it is."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import NotPermitted
from core.operations import operation
from returns.models import Return
from returns.services.case import lock_case, tell


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
    if actor.user_id is None:
        raise NotPermitted("Only a person can do that.")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    before = case.assigned_to_id
    case.assigned_to_id = actor.user_id
    case.save()
    tell(case, "taken", actor=actor, now=now, op_id=op_id, before=before)
    return case

"""How a case went, in its customer's eyes."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from returns.models import Rating
from returns.rules import SCORES, can_rate
from returns.services.case import lock_case, tell
from returns.services.notes import keep_reason


@operation("return.rate")
def rate_case(
    *, return_id: int, score: int, words: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Rating:
    """Keep a customer's score and words. Raises ActionBlocked where it is not done, or rated."""
    if score not in SCORES:
        raise BadInput("Choose one to five.", field="score")
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    is_rated = Rating.objects.filter(return_case=case).exists()
    can_rate(case.state, is_rated=is_rated).require("The case cannot be rated.")
    note = None
    if words.strip():
        note = keep_reason(case=case, about="return.rate", reason=words, actor=actor, now=now)
    rating: Rating = Rating.objects.create(
        partner_id=case.partner_id, return_case=case, score=score, note=note, rated_at=now
    )
    tell(case, "rated", actor=actor, now=now, op_id=op_id, score=score)
    return rating

"""What a second person answers about a difference. Subscribers of approvals call these."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.transactions import requires_transaction
from returns.models import Mismatch, Return
from returns.services.case import lock_case
from returns.services.mismatch_approvals import is_agreed, take_back
from returns.services.mismatches import follow_decision, tell_of_decision
from returns.states import UNDECIDED


@requires_transaction
def follow_yes(
    *, mismatch_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Credit what was agreed to; where the difference is another by now a person looks again."""
    case, mismatch = _lock(mismatch_id, actor=actor, now=now)
    if mismatch.state not in UNDECIDED or not mismatch.is_put_up:
        return
    if not is_agreed(mismatch):
        _bring_back(mismatch, actor=actor, now=now, op_id=op_id)
        return
    mismatch.decide()
    mismatch.save()
    tell_of_decision(case, mismatch, writes=True, actor=actor, now=now, op_id=op_id)
    follow_decision(case, mismatch, actor=actor, now=now, op_id=op_id)


@requires_transaction
def follow_no(
    *, mismatch_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """They said no, or nobody said anything in time: it is to be decided otherwise."""
    _, mismatch = _lock(mismatch_id, actor=actor, now=now)
    if mismatch.state in UNDECIDED and mismatch.is_put_up:
        _bring_back(mismatch, actor=actor, now=now, op_id=op_id)


def _bring_back(mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    take_back(mismatch, actor=actor, now=now, op_id=op_id)
    mismatch.rule, mismatch.waits_until = "", now
    mismatch.save()


def _lock(mismatch_id: int, *, actor: Actor, now: dt.datetime) -> tuple[Return, Mismatch]:
    case_id = Mismatch.objects.values_list("return_case", flat=True).get(pk=mismatch_id)
    case = lock_case(return_id=case_id, version=None, actor=actor, now=now)
    mismatch: Mismatch = Mismatch.objects.select_related("receipt", "receipt_line").get(
        pk=mismatch_id
    )
    mismatch.return_case = case
    return case, mismatch

"""A last word before the day until which goods may be sent is over."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from policies.rules import local_day
from returns.models import Return
from returns.rules import can_remind
from returns.services.case import lock_case, tell


@operation("return.remind")
def remind_of_last_day(*, return_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Return:
    """Have the customer written to who has not sent anything yet. Raises ActionBlocked."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    today = local_day(now, case.channel.time_zone)
    verdict = can_remind(case.state, send_back_by=case.send_back_by, today=today)
    verdict.require("Nobody is to be reminded.")
    assert case.send_back_by is not None  # the rule has asked
    day = case.send_back_by.isoformat()
    tell(case, "send_back_due", actor=actor, now=now, op_id=op_id, send_back_by=day)
    return case

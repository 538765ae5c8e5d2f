"""Goods that were never sent, or not all of them: their units may be asked back again."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from policies.rules import local_day
from returns.models import Return
from returns.rules import can_expire, can_expire_rest
from returns.services.case import lock_case, tell
from returns.services.deciding import end_locked
from returns.services.waiving import give_up, waive_locked
from returns.states import LineDecision


@operation("return.expire")
def expire_return(*, return_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Return:
    """End a case whose last day to send the goods has passed. Raises ActionBlocked."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    today = local_day(now, case.channel.time_zone)
    verdict = can_expire(case.state, send_back_by=case.send_back_by, today=today)
    verdict.require("The return does not expire.")
    case.expire()
    end_locked(case=case, decision=LineDecision.EXPIRED, actor=actor, now=now, op_id=op_id)
    tell(
        case,
        "expired",
        actor=actor,
        now=now,
        op_id=op_id,
        send_back_by=case.send_back_by.isoformat() if case.send_back_by else "",
    )
    return case


@operation("return.expire_rest")
def expire_rest(*, return_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Return:
    """Give up what is still missing of a case that came in part. Raises ActionBlocked."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    today = local_day(now, case.channel.time_zone)
    verdict = can_expire_rest(case.state, send_back_by=case.send_back_by, today=today)
    verdict.require("The rest does not expire.")
    waive_locked(
        case,
        give_up(case),
        is_rest=True,
        cause="expired",
        otherwise=LineDecision.EXPIRED,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return case

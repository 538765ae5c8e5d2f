"""What is unusual about a case is scored, kept with its parts, and looked at by a lead.

Above policy's limit the case is held (reason RISK): its replacement is not released and nothing
is paid out until a lead has cleared it and said why. The case itself goes on: goods are received
and inspected as always, and everybody who looks at it sees the hold and what it is made of.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from policies.models import Decision
from returns.models import Return, RiskAssessment, RiskHold
from returns.queries import (
    assess_case,
    find_highest_cleared,
    get_assessment,
    get_risk_hold,
    is_risk_held,
    read_lines,
    read_risk_limit,
)
from returns.rules import RiskScore, can_clear_risk, must_hold
from returns.services.case import lock_case, tell
from returns.services.notes import keep_reason
from returns.services.paying import follow_cleared_goodwill
from returns.services.paying_out import pay_out_by_itself

OPENED, EVIDENCE, INSPECTED = "opened", "evidence", "inspected"


@requires_transaction
def note_risk(
    case: Return,
    risk: RiskScore,
    *,
    because: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Keep the score of a locked case, and hold the case where policy wants a person to look.

    Nothing is kept of a case that shows nothing, nor of the same score for the same signs.
    """
    parts = [part.as_json() for part in risk.parts]
    before = None if because == OPENED else get_assessment(case)
    if before is None and not risk.score:
        case.is_risk_held = False
        return
    if before is not None and (before.score, before.parts) == (risk.score, parts):
        return
    assessment = RiskAssessment.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        score=risk.score,
        parts=parts,
        limit=_find_limit(case),
        because=because,
        assessed_at=now,
    )
    _hold(case, assessment, actor=actor, now=now, op_id=op_id)


@requires_transaction
def look_again(
    case: Return, *, because: str, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> RiskScore:
    """Score a locked case anew, with the photos, serials and grades there are by now."""
    risk = assess_case(case, now=now)
    note_risk(case, risk, because=because, actor=actor, now=now, op_id=op_id)
    return risk


@operation("return.clear_risk")
def clear_risk(
    *,
    return_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """A lead has looked and lets the case go on, and says why. What waited goes on by itself."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    hold = get_risk_hold(case)
    verdict = can_clear_risk(is_held=hold is not None, opened_by=case.opened_by, clearer=actor.ref)
    verdict.require("The risk cannot be cleared.")
    assert hold is not None  # the rule has asked
    note = keep_reason(case=case, about="return.clear_risk", reason=reason, actor=actor, now=now)
    hold.cleared_at, hold.cleared_by, hold.note = now, actor.ref, note
    hold.save()
    case.is_risk_held = False
    case.save()
    tell(
        case,
        "risk_cleared",
        actor=actor,
        now=now,
        op_id=op_id,
        score=hold.assessment.score,
        note=note.pk,
    )
    follow_cleared_goodwill(case, actor=actor, now=now, op_id=op_id)
    pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    return case


def _hold(
    case: Return,
    assessment: RiskAssessment,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    if is_risk_held(case) or not must_hold(
        score=assessment.score, limit=assessment.limit, highest_cleared=find_highest_cleared(case)
    ):
        return
    RiskHold.objects.create(
        partner_id=case.partner_id, return_case=case, assessment=assessment, held_at=now
    )
    case.is_risk_held = True
    tell(
        case,
        "risk_held",
        actor=actor,
        now=now,
        op_id=op_id,
        score=assessment.score,
        limit=assessment.limit,
        signs=[part["code"] for part in assessment.parts],
    )


def _find_limit(case: Return) -> int | None:
    """Of the lines' standing verdicts; the strictest counts."""
    subjects = [reference(line) for line in read_lines(case)]
    newest: dict[str, Decision] = {}
    for decision in Decision.objects.filter(subject__in=subjects).order_by("pk"):
        newest[decision.subject] = decision
    return read_risk_limit(finding for decision in newest.values() for finding in decision.findings)

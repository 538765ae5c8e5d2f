"""A case that awaited evidence is judged again once there is more of it, and goes on by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from policies import queries as policy_queries
from policies import services as policies
from policies.rules import compute_restocking_fee
from returns.models import Return
from returns.queries import assess_case, gather_evidence, get_facts, read_lines
from returns.queries.planning import DECISION_OF_VERDICT
from returns.rules import compute_header
from returns.services.asking import end_requests
from returns.services.case import free_lines, tell
from returns.services.deciding import await_goods, end_locked
from returns.services.risk import EVIDENCE, note_risk
from returns.services.terms import compute_send_back_by
from returns.states import LineDecision, ReturnState


@requires_transaction
def judge_again(
    *, case: Return, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Ask the case's own policy version anew, with the photos and serials there are now.

    Only of a locked case that awaits evidence. While anything is still missing nothing changes;
    then every line gets its decision and the case goes where they lead.
    """
    if case.state != ReturnState.AWAITING_EVIDENCE:
        return case
    awaiting = [line for line in read_lines(case) if line.decision == LineDecision.PENDING]
    risk = assess_case(case, now=now)
    facts = {line.pk: replace(gather_evidence(line), risk_score=risk.score) for line in awaiting}
    judged = {
        pk: policy_queries.judge_facts(version=case.policy_version, facts=each)
        for pk, each in facts.items()
    }
    decisions = {pk: DECISION_OF_VERDICT[each.verdict] for pk, each in judged.items()}
    others = {line.decision for line in read_lines(case) if line not in awaiting}
    header = compute_header(others | set(decisions.values()))
    if header == ReturnState.AWAITING_EVIDENCE:
        return case
    for line in awaiting:
        line.decision = decisions[line.pk]
        line.fee = compute_restocking_fee(
            fee=judged[line.pk].terms.fee, goods_net=line.net, currency=case.currency
        )
        line.judged_facts = facts[line.pk]
        line.save()
        policies.decide(
            partner_id=case.partner_id,
            version=case.policy_version,
            facts=facts[line.pk],
            subject=reference(line),
            case=reference(case),
            actor=actor,
            now=now,
            op_id=op_id,
        )
    note_risk(case, risk, because=EVIDENCE, actor=actor, now=now, op_id=op_id)
    end_requests(case=case, actor=actor, now=now, op_id=op_id)
    why = [each.sentence for each in judged.values()]
    _go_on(case, header, why=why, actor=actor, now=now, op_id=op_id)
    return case


def _go_on(
    case: Return,
    header: ReturnState,
    *,
    why: list[str],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Where the verdicts lead, with what follows from it; rejected lines give their units back."""
    tell(case, "evidence_complete", actor=actor, now=now, op_id=op_id)
    rejected = [
        line for line in read_lines(case) if line.decision == LineDecision.REJECTED and line.awaited
    ]
    free_lines(rejected, decision=LineDecision.REJECTED, actor=actor, now=now, op_id=op_id)
    if header == ReturnState.REJECTED:
        case.reject()
        end_locked(case=case, decision=LineDecision.REJECTED, actor=actor, now=now, op_id=op_id)
        tell(case, "rejected", actor=actor, now=now, op_id=op_id, why=why)
        return
    if header == ReturnState.IN_REVIEW:
        case.review()
        case.save()
        tell(case, "review_wanted", actor=actor, now=now, op_id=op_id, why=why)
        return
    authorised = [line for line in read_lines(case) if line.decision == LineDecision.AUTHORISED]
    case.send_back_by = compute_send_back_by(
        case, [get_facts(line) for line in authorised], now=now
    )
    case.authorise()
    case.save()
    await_goods(case, actor=actor, now=now, op_id=op_id)

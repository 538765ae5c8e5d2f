"""A return is opened: units claimed, value frozen, every line decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from orders import services as orders
from policies import queries as policy_queries
from policies import services as policies
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries import PlannedLine, PlannedReturn, WantedReturn, plan_return, read_lines
from returns.queries.planning import check_wanted, count_units
from returns.services.case import free_lines, tell
from returns.services.deciding import await_goods
from returns.services.defects import write_report
from returns.services.evidence import attach_evidence
from returns.services.risk import OPENED, note_risk
from returns.services.terms import compute_send_back_by
from returns.states import LineDecision, ReturnState

# What is told of a case that does not go on at once, and the lines that say why.
HAPPENED = {
    ReturnState.AWAITING_EVIDENCE: ("evidence_wanted", LineDecision.PENDING),
    ReturnState.IN_REVIEW: ("review_wanted", LineDecision.REVIEW),
    ReturnState.REJECTED: ("rejected", LineDecision.REJECTED),
}


@operation("return.open")
def open_return(
    *,
    partner_id: int,
    channel_id: int,
    customer_id: int,
    lines: Sequence[WantedReturn],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Open a case, decided at once where the policy can.

    Raises BadInput, NoPolicy, and NotReturnable naming every line with too few units left.
    """
    return start_return(
        partner_id=partner_id,
        channel_id=channel_id,
        customer_id=customer_id,
        lines=lines,
        actor=actor,
        op_id=op_id,
        now=now,
    )


@requires_transaction
def start_return(
    *,
    partner_id: int,
    channel_id: int,
    customer_id: int,
    lines: Sequence[WantedReturn],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Return:
    """`open_return` inside the caller's transaction, for what opens more than a return."""
    check_wanted(lines)
    version = policy_queries.get_published(partner_id)
    quantities = count_units(lines)
    orders.claim_return_units(quantities=quantities, actor=actor, now=now, op_id=op_id)
    plan = plan_return(lines=lines, version=version, now=now, counted=quantities)
    _check_owner(plan, partner_id=partner_id, channel_id=channel_id, customer_id=customer_id)
    case = _write_case(plan, actor=actor, now=now)
    tell(
        case,
        "opened",
        actor=actor,
        now=now,
        op_id=op_id,
        gross=str(plan.gross),
        fee=str(plan.fee),
        units=sum(quantities.values()),
    )
    for position, planned in enumerate(plan.lines, start=1):
        _write_line(case, planned, position=position, actor=actor, now=now, op_id=op_id)
    note_risk(case, plan.risk, because=OPENED, actor=actor, now=now, op_id=op_id)
    _follow_decision(case, plan, actor=actor, now=now, op_id=op_id)
    return case


def _check_owner(
    plan: PlannedReturn, *, partner_id: int, channel_id: int, customer_id: int
) -> None:
    order = plan.lines[0].order_line.order
    if (order.partner_id, order.channel_id, order.customer_id) != (
        partner_id,
        channel_id,
        customer_id,
    ):
        raise BadInput("These goods were sold to someone else.", field="lines")


def _write_case(plan: PlannedReturn, *, actor: Actor, now: dt.datetime) -> Return:
    order = plan.lines[0].order_line.order
    case = Return(
        partner_id=order.partner_id,
        channel=order.channel,
        customer=order.customer,
        currency=plan.currency,
        policy_version=plan.version,
        opened_at=now,
        opened_by=actor.ref,
        assigned_to_id=actor.user_id,
    )
    case.request()
    _decide_header(case, plan, now=now)
    case.save()
    return case


def _decide_header(case: Return, plan: PlannedReturn, *, now: dt.datetime) -> None:
    """The header follows from its lines, before it is written for the first time."""
    if plan.state == ReturnState.AUTHORISED:
        judged = [line.facts for line in plan.lines if line.decision == LineDecision.AUTHORISED]
        case.send_back_by = compute_send_back_by(case, judged, now=now)
        case.authorise()
    elif plan.state == ReturnState.AWAITING_EVIDENCE:
        case.await_evidence()
    elif plan.state == ReturnState.IN_REVIEW:
        case.review()
    else:
        case.reject()
        case.closed_at = now


def _write_line(
    case: Return,
    planned: PlannedLine,
    *,
    position: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    line = ReturnLine.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        position=position,
        order_line=planned.order_line,
        quantity=planned.quantity,
        reason=planned.wanted.reason,
        outcome=planned.wanted.outcome,
        comment=planned.wanted.comment,
        decision=planned.decision,
        net=planned.net,
        tax=planned.tax,
        gross=planned.gross,
        fee=planned.fee,
    )
    UnitClaim.objects.bulk_create(
        UnitClaim(
            partner_id=case.partner_id,
            order_line=planned.order_line,
            return_line=line,
            unit_number=unit,
        )
        for unit in planned.units
    )
    _write_defect(case, line, planned, actor=actor, now=now, op_id=op_id)
    policies.decide(
        partner_id=case.partner_id,
        version=case.policy_version,
        facts=planned.facts,
        subject=reference(line),
        case=reference(case),
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _write_defect(
    case: Return,
    line: ReturnLine,
    planned: PlannedLine,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """What is wrong with the goods, and the photos that show it."""
    who: dict[str, Any] = {"actor": actor, "now": now, "op_id": op_id}
    if planned.diagnosis:
        wanted = planned.wanted
        write_report(
            case=case, line=line, symptom=wanted.symptom, diagnosis=planned.diagnosis, **who
        )
    attach_evidence(case=case, line=line, public_ids=planned.wanted.photos, **who)


def _follow_decision(
    case: Return, plan: PlannedReturn, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """What the verdict brings with it; a rejected line gives its units back at once."""
    rejected = [line for line in read_lines(case) if line.decision == LineDecision.REJECTED]
    if rejected:
        free_lines(rejected, decision=LineDecision.REJECTED, actor=actor, now=now, op_id=op_id)
    if plan.state == ReturnState.AUTHORISED:
        await_goods(case, actor=actor, now=now, op_id=op_id)
        return
    happened, decisive = HAPPENED[plan.state]
    why = [line.judgement.sentence for line in plan.lines if line.decision == decisive]
    tell(case, happened, actor=actor, now=now, op_id=op_id, why=why)

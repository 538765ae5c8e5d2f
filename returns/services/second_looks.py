"""Cases that were over are looked at once more: an appeal, a re-opening, goods that come late."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.operations import operation
from core.transactions import requires_transaction
from orders import services as orders
from returns.models import CaseNote, Inspection, Return, ReturnLine
from returns.queries import get_facts, list_open_units, read_lines
from returns.rules import can_appeal, can_decide_again, can_reopen, can_take_in_late
from returns.services.case import lock_case, tell
from returns.services.claiming import claim_again
from returns.services.crediting import draft_rest, issue_step
from returns.services.notes import keep_reason
from returns.services.paying_out import pay_out_by_itself
from returns.services.settling import close_when_done
from returns.services.terms import compute_send_back_by
from returns.states import LineDecision, Outcome

D = LineDecision


@operation("return.appeal")
def appeal_return(
    *, return_id: int, version: int | None, reason: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Return:
    """The customer does not accept a rejection: another person decides, once."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    verdict = can_appeal(case.state, appealed_at=case.appealed_at)
    verdict.require("The rejection cannot be appealed.")
    note = keep_reason(case=case, about="return.appeal", reason=reason, actor=actor, now=now)
    lines = [line for line in read_lines(case) if line.decision == D.REJECTED]
    _open_lines(case, lines, decision=D.REVIEW, actor=actor, now=now, op_id=op_id)
    case.reopen()
    case.appealed_at, case.closed_at = now, None
    case.save()
    tell(case, "appealed", actor=actor, now=now, op_id=op_id, note=note.pk)
    return case


@operation("return.reopen")
def reopen_return(
    *, return_id: int, version: int | None, reason: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Return:
    """What inspection refused is looked at again, once, by another person than who refused it."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    lines = [line for line in read_lines(case) if line.refused]
    verdict = can_reopen(case.state, reopened_at=case.reopened_at, refused=len(lines))
    verdict.require("The case cannot be opened again.")
    note = keep_reason(case=case, about="return.reopen", reason=reason, actor=actor, now=now)
    units = {line.pk: line.refused for line in lines}
    claim_again(case, units=units, actor=actor, now=now, op_id=op_id)
    for line in lines:
        line.decision = D.REVIEW
        line.outcome = _outcome_of(line)
        line.save()
    case.rejected_by = _refused_by(case)
    case.reopen()
    case.reopened_at, case.closed_at = now, None
    case.save()
    tell(case, "reopened", actor=actor, now=now, op_id=op_id, note=note.pk)
    return case


@operation("return.take_in_late")
def take_in_late(
    *, return_id: int, version: int | None, reason: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> Return:
    """Goods of an expired case have come after all and are taken in; its exchange has ended."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    can_take_in_late(case.state).require("The goods cannot be taken in.")
    note = keep_reason(case=case, about="return.take_in_late", reason=reason, actor=actor, now=now)
    lines = [line for line in read_lines(case) if line.decision == D.EXPIRED]
    _open_lines(case, lines, decision=D.AUTHORISED, actor=actor, now=now, op_id=op_id)
    case.send_back_by = compute_send_back_by(case, [get_facts(line) for line in lines], now=now)
    case.take_in_late()
    case.closed_at = None
    case.save()
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    tell(case, "taken_in_late", actor=actor, now=now, op_id=op_id, note=note.pk)
    return case


@requires_transaction
def decide_reopened(
    case: Return,
    *,
    accepts: bool,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Return:
    """The refusal of a locked case falls, and its goods are credited as they were graded; or it
    stands, and the case is closed for good."""
    check_second_decider(case, actor)
    lines = [line for line in read_lines(case) if line.decision == D.REVIEW]
    if accepts:
        _accept_after_all(case, lines, note=note, actor=actor, now=now, op_id=op_id)
    else:
        _let_refusal_stand(case, lines, note=note, actor=actor, now=now, op_id=op_id)
    pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return case


def check_second_decider(case: Return, actor: Actor) -> None:
    """Raises ActionBlocked for whoever said no the first time."""
    if case.appealed_at or case.reopened_at:
        verdict = can_decide_again(rejected_by=case.rejected_by, decider=actor.ref)
        verdict.require("Somebody else decides.")


def _open_lines(
    case: Return,
    lines: list[ReturnLine],
    *,
    decision: LineDecision,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    units = {line.pk: line.cancelled for line in lines}
    claim_again(case, units=units, actor=actor, now=now, op_id=op_id)
    for line in lines:
        line.cancelled = 0
        line.decision = decision
        line.outcome = _outcome_of(line) if decision == D.AUTHORISED else line.outcome
        line.save()


def _outcome_of(line: ReturnLine) -> str:
    """Its exchange is over, so what it credits is money; another can be opened."""
    return Outcome.REFUND if line.outcome == Outcome.EXCHANGE else line.outcome


def _refused_by(case: Return) -> str:
    looks = Inspection.objects.filter(receipt_line__receipt__return_case=case, is_accepted=False)
    last = looks.order_by("pk").last()
    return last.inspected_by if last else ""


def _accept_after_all(
    case: Return,
    lines: list[ReturnLine],
    *,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    accepted = {line.pk: dict.fromkeys(list_open_units(line), _grade_of(line)) for line in lines}
    memo = issue_step(case, accepted=accepted, actor=actor, now=now, op_id=op_id)
    for line in lines:
        units = accepted[line.pk]
        line.claims.filter(unit_number__in=units, freed_at__isnull=True).update(
            memo=memo, grade=_grade_of(line)
        )
        line.accepted += len(units)
        line.refused -= len(units)
        line.overturned += len(units)
        line.decision = D.ACCEPTED
        line.save()
    orders.accept_returned_units(
        quantities=_count(lines, accepted), actor=actor, now=now, op_id=op_id
    )
    case.settle_again()
    case.save()
    tell(
        case,
        "goods_accepted",
        actor=actor,
        now=now,
        op_id=op_id,
        memo=memo.pk if memo else None,
        credit=str(memo.gross) if memo else "0",
        is_last=True,
        note=note.pk,
        lines=[
            {
                "line": line.pk,
                "order_line": line.order_line_id,
                "accepted": len(accepted[line.pk]),
                "refused": 0,
                "units": list(accepted[line.pk]),
            }
            for line in lines
        ],
    )


def _let_refusal_stand(
    case: Return,
    lines: list[ReturnLine],
    *,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    units = {line.pk: dict.fromkeys(list_open_units(line), "") for line in lines}
    for line in lines:
        line.claims.filter(unit_number__in=units[line.pk], memo__isnull=True).update(freed_at=now)
        line.decision = D.ACCEPTED if line.accepted else D.REFUSED
        line.save()
    orders.free_return_units(quantities=_count(lines, units), actor=actor, now=now, op_id=op_id)
    case.settle_again()
    case.save()
    tell(case, "refusal_stands", actor=actor, now=now, op_id=op_id, note=note.pk)


def _grade_of(line: ReturnLine) -> str:
    looks = Inspection.objects.filter(receipt_line__return_line=line, is_accepted=False)
    return str(looks.latest("pk").grade)


def _count(lines: list[ReturnLine], units: dict[int, dict[int, str]]) -> dict[int, int]:
    counted: dict[int, int] = {}
    for line in lines:
        counted[line.order_line_id] = counted.get(line.order_line_id, 0) + len(units[line.pk])
    return counted

"""Goods that were let in are settled in another way: policy is asked again, or a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from approvals import services as approvals
from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from policies import services as policies
from returns.models import Return, ReturnLine
from returns.queries import (
    EXCEPTION,
    can_settle_as,
    hash_exception,
    list_asked_exceptions,
    list_objections,
    list_unsettled,
    read_lines,
)
from returns.queries.outcomes import Objection, ask_about
from returns.services.case import lock_case, tell
from returns.services.notes import keep_reason
from returns.states import OVER, Outcome


@requires_transaction
def decide_outcome(
    lines: Iterable[ReturnLine],
    *,
    outcome: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Ask policy before lines of a locked case are settled so, and keep what it said.

    Raises `ActionBlocked` with its reasons where it is against it and nobody has agreed. The
    caller writes the outcome.
    """
    changing = [line for line in lines if line.outcome != outcome]
    can_settle_as(changing, outcome).require("Policy does not allow that outcome.")
    for line in changing:
        line.judged_facts, _ = ask_about(line, outcome)
        policies.decide(
            partner_id=line.partner_id,
            version=line.return_case.policy_version,
            facts=line.judged_facts,
            subject=reference(line),
            case=reference(line.return_case),
            actor=actor,
            now=now,
            op_id=op_id,
        )


@operation("return.ask_exception")
def ask_exception(
    *,
    return_id: int,
    version: int | None,
    outcome: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Put up for approval that goods of the case are settled in a way that policy is against.

    Each line is asked for by itself, so that a yes holds for it whatever becomes of the others.
    Raises BadInput, ActionBlocked, AlreadyAsked, StaleVersion.
    """
    if outcome not in Outcome.values:
        raise BadInput("Choose what the customer wants for it.", field="outcome")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    objections = list_objections(list_unsettled(case), outcome)
    if case.state in OVER or not objections:
        raise ActionBlocked("Policy is not against that: no exception is needed.")
    note = keep_reason(case=case, about="return.ask_exception", reason=reason, actor=actor, now=now)
    case.save()
    for objection in objections:
        line = objection.line
        approvals.put_up(
            partner_id=case.partner_id,
            subject=reference(line),
            case=reference(case),
            kind=f"{EXCEPTION}:{outcome}",
            content_hash=hash_exception(line, outcome),
            summary=_summarise(case, line, outcome),
            amount=line.gross,
            currency=case.currency,
            actor=actor,
            now=now,
            op_id=op_id,
        )
    tell(
        case,
        "exception_asked",
        actor=actor,
        now=now,
        op_id=op_id,
        outcome=outcome,
        lines=[_say(objection) for objection in objections],
        note=note.pk,
    )
    return case


@requires_transaction
def follow_overtaken_exceptions(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Goods are settled, or their case has ended: nobody need agree to anything else any more."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    open_lines = [] if case.state in OVER else list_unsettled(case)
    still = {line.pk for line in open_lines}
    for subject in list_asked_exceptions([one for one in read_lines(case) if one.pk not in still]):
        approvals.void_changed(subject=subject, content_hash="", actor=actor, now=now, op_id=op_id)


def _summarise(case: Return, line: ReturnLine, outcome: str) -> str:
    """Two hundred characters at most: a title may be longer than there is room for."""
    wanted = str(Outcome(outcome).label).lower()
    instead = line.get_outcome_display().lower()
    title = line.order_line.title
    if len(title) > 80:
        title = f"{title[:79]}…"
    return f"{case.number}: {wanted} instead of {instead} for {line.quantity} × {title}"


def _say(objection: Objection) -> dict[str, object]:
    judgement = objection.judgement
    return {
        "line": objection.line.pk,
        "verdict": judgement.verdict.value,
        "sentence": judgement.sentence,
        "flip": objection.flip,
        "rules": [finding.rule_number for finding in judgement.findings],
    }

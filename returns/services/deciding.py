"""A person or the policy decides a case; what is authorised is announced and its memo drafted."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import services as fulfilment
from payments import queries as payment_queries
from payments import services as payments
from returns.models import CaseNote, Return
from returns.queries import find_returns_location, get_facts, list_unsettled, read_lines
from returns.rules import can_authorise, can_cancel, can_reject, can_turn_into_refund
from returns.services.case import free_lines, lock_case, tell
from returns.services.crediting import draft_rest
from returns.services.notes import keep_reason
from returns.services.outcomes import decide_outcome
from returns.services.paying_out import pay_out_by_itself
from returns.services.second_looks import check_second_decider, decide_reopened
from returns.services.terms import compute_send_back_by
from returns.services.waiving import keep_by_policy
from returns.states import LIVE, LineDecision, Outcome


@operation("return.authorise")
def authorise_return(
    *,
    return_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """A person lets a case in review go on, and says why. Rejected lines stay rejected."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    can_authorise(case.state).require("The return cannot be authorised.")
    note = keep_reason(case=case, about="return.authorise", reason=reason, actor=actor, now=now)
    if case.reopened_at:
        return decide_reopened(case, accepts=True, note=note, actor=actor, now=now, op_id=op_id)
    check_second_decider(case, actor)
    return authorise_locked(case=case, note=note, actor=actor, now=now, op_id=op_id)


@requires_transaction
def authorise_locked(
    *,
    case: Return,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    note: CaseNote | None = None,
) -> Return:
    """Authorise a locked case: its goods are awaited from here on. `note` is a person's why."""
    for line in read_lines(case):
        if line.decision in (LineDecision.PENDING, LineDecision.REVIEW):
            line.decision = LineDecision.AUTHORISED
            line.save()
    case.send_back_by = compute_send_back_by(
        case,
        [get_facts(line) for line in read_lines(case) if line.decision == LineDecision.AUTHORISED],
        now=now,
    )
    case.authorise()
    case.save()
    await_goods(case, actor=actor, now=now, op_id=op_id, note=note)
    return case


@requires_transaction
def await_goods(
    case: Return,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    note: CaseNote | None = None,
) -> None:
    """What follows from an authorised case: its parcel announced, its memo drafted, and told."""
    assert case.send_back_by is not None  # it was authorised with that
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    tell(
        case,
        "authorised",
        actor=actor,
        now=now,
        op_id=op_id,
        note=note.pk if note else None,
        send_back_by=case.send_back_by.isoformat(),
    )
    keep_by_policy(case, actor=actor, now=now, op_id=op_id)
    _announce(case, actor=actor, now=now, op_id=op_id)


@operation("return.reject")
def reject_return(
    *,
    return_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """A person turns a case in review down, and says why. Its units may be asked back again."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    can_reject(case.state).require("The return cannot be rejected.")
    note = keep_reason(case=case, about="return.reject", reason=reason, actor=actor, now=now)
    if case.reopened_at:
        return decide_reopened(case, accepts=False, note=note, actor=actor, now=now, op_id=op_id)
    check_second_decider(case, actor)
    case.rejected_by = actor.ref
    case.reject()
    end_locked(case=case, decision=LineDecision.REJECTED, actor=actor, now=now, op_id=op_id)
    tell(case, "rejected", actor=actor, now=now, op_id=op_id, note=note.pk)
    return case


@operation("return.cancel")
def cancel_return(
    *,
    return_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Call a case off before its goods are here, and say why."""
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    can_cancel(case.state).require("The return cannot be cancelled.")
    note = keep_reason(case=case, about="return.cancel", reason=reason, actor=actor, now=now)
    return cancel_locked(case=case, note=note, actor=actor, now=now, op_id=op_id)


@requires_transaction
def cancel_locked(
    *, case: Return, note: CaseNote, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Cancel a locked case: units freed, the draft memo thrown away. Raises ActionBlocked."""
    can_cancel(case.state).require("The return cannot be cancelled.")
    case.cancel()
    end_locked(case=case, decision=LineDecision.CANCELLED, actor=actor, now=now, op_id=op_id)
    tell(case, "cancelled", actor=actor, now=now, op_id=op_id, note=note.pk)
    return case


@requires_transaction
def drop_exchanged(
    *, case: Return, note: CaseNote, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What was to be exchanged stays with the customer for good; what else comes back goes on."""
    live = [line for line in read_lines(case) if line.decision in LIVE]
    kept = [line for line in live if line.outcome == Outcome.EXCHANGE]
    if len(kept) == len(live):
        cancel_locked(case=case, note=note, actor=actor, now=now, op_id=op_id)
        return
    free_lines(kept, decision=LineDecision.CANCELLED, actor=actor, now=now, op_id=op_id)
    case.save()
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    lines = [line.pk for line in kept]
    tell(case, "lines_dropped", actor=actor, now=now, op_id=op_id, lines=lines, note=note.pk)


@requires_transaction
def end_locked(
    *,
    case: Return,
    decision: LineDecision,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Save a locked case that was just ended: no memo, no claims, no line left open."""
    draft = payment_queries.get_draft(reference(case))
    if draft:
        payments.discard_draft(memo_id=draft.pk, actor=actor, now=now, op_id=op_id)
    live = [line for line in read_lines(case) if line.decision in LIVE]
    free_lines(live, decision=decision, actor=actor, now=now, op_id=op_id)
    case.closed_at = now
    case.save()


@requires_transaction
def turn_into_refund(
    *,
    case: Return,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    as_store_credit: bool = False,
    asks_policy: bool = True,
) -> Return:
    """The customer of a locked case wants money, or credit, for what was to be exchanged.

    Policy is not asked where the exchange ends because of us, or the money is not what is wanted.
    """
    can_turn_into_refund(case.state).require("The return cannot become a refund.")
    outcome = Outcome.STORE_CREDIT if as_store_credit else Outcome.REFUND
    lines = [line for line in read_lines(case) if line.outcome == Outcome.EXCHANGE]
    if asks_policy:
        decide_outcome(
            [line for line in list_unsettled(case) if line.outcome == Outcome.EXCHANGE],
            outcome=outcome,
            actor=actor,
            now=now,
            op_id=op_id,
        )
    for line in lines:
        line.outcome = outcome
        line.save()
    tell(case, "turned_into_refund", actor=actor, now=now, op_id=op_id)
    pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    return case


def _announce(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """Tell the location that a parcel will come. Without one that takes returns, nobody is told;
    nor where all of it stays with the customer."""
    contents = [
        (line.order_line.sku, line.awaited)
        for line in read_lines(case)
        if line.decision == LineDecision.AUTHORISED and line.awaited
    ]
    if not contents:
        return
    country = get_facts(read_lines(case)[0]).country
    location = find_returns_location(partner_id=case.partner_id, country=country)
    if location is None:
        return
    fulfilment.announce_parcel(
        case=reference(case),
        partner_id=case.partner_id,
        location_id=location.pk,
        carrier="",
        tracking_number="",
        rma=case.number,
        contents=contents,
        actor=actor,
        now=now,
        op_id=op_id,
    )

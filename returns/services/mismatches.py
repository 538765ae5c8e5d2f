"""A person decides a difference: what it means for the money, the goods and the customer."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.operations import operation
from core.transactions import requires_transaction
from returns.models import Inspection, Mismatch, ReceiptLine, Return
from returns.queries import get_mismatch_facts, list_placed, list_ungraded, read_lines
from returns.rules import (
    GOES_ON,
    GOODS_ARE_HERE,
    IN_QUARANTINE,
    PATIENCE_DAYS,
    WITHOUT_GOODS,
    can_take_rule,
    suggest_rule,
)
from returns.services.case import lock_case, move_header, tell
from returns.services.conceding import take_back
from returns.services.dispositions import move_on_locked
from returns.services.gathering import gather_loss
from returns.services.notes import keep_reason
from returns.services.noticing import review_missing
from returns.services.settling import settle_locked
from returns.services.shortfalls import put_up_beyond_policy, short_close_locked
from returns.states import (
    UNDECIDED,
    DisposedBecause,
    DispositionKind,
    MoneyRule,
    ShortCloseRule,
)

R = MoneyRule
# What is credited for announced units that never come. The way back is at the shop's risk, so what
# the carrier lost is owed; anything else is a gift.
CREDIT_OF = {
    R.SHORT_CLOSE: ShortCloseRule.NOTHING,
    R.CREDIT_ANYWAY: ShortCloseRule.GOODWILL,
    R.CARRIER_CLAIM: ShortCloseRule.GOODWILL,
}
PATIENCE = dt.timedelta(days=PATIENCE_DAYS)


@operation("return.decide_mismatch")
def decide_mismatch(
    *,
    mismatch_id: int,
    version: int | None,
    rule: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    reason: str = "",
    writes: bool = False,
) -> Mismatch:
    """Take a rule for a difference; `writes` tells the customer in their language.

    Waiting and asking leave it open for as long as an answer may take. Anything else than what
    the desk suggests wants a reason. A gift beyond what policy gives waits for a second person.
    Raises BadInput, ActionBlocked, StaleVersion.
    """
    case_id = Mismatch.objects.values_list("return_case", flat=True).get(pk=mismatch_id)
    case = lock_case(return_id=case_id, version=version, actor=actor, now=now)
    mismatch: Mismatch = Mismatch.objects.select_related("receipt", "receipt_line").get(
        pk=mismatch_id
    )
    mismatch.return_case = case
    _check(mismatch, rule, reason=reason, now=now)
    note = None
    if reason.strip():
        about = "return.decide_mismatch"
        note = keep_reason(case=case, about=about, reason=reason, actor=actor, now=now)
    take_back(mismatch, actor=actor, now=now, op_id=op_id)
    mismatch.rule, mismatch.note = rule, note
    mismatch.decided_at, mismatch.decided_by = now, actor.ref
    if rule in GOES_ON:
        _let_it_wait(mismatch, rule, now=now)
    elif rule == R.CREDIT_ANYWAY and put_up_beyond_policy(
        case, mismatch, actor=actor, now=now, op_id=op_id
    ):
        mismatch.wait()
        mismatch.waits_until = None
    else:
        mismatch.decide()
    mismatch.save()
    if not mismatch.is_put_up:
        told = writes or rule == R.ASK
        _tell_of_decision(case, mismatch, writes=told, actor=actor, now=now, op_id=op_id)
    if mismatch.state not in UNDECIDED:
        _follow_decision(case, mismatch, actor=actor, now=now, op_id=op_id)
    return mismatch


@requires_transaction
def decide_put_up(
    case: Return, mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """A second person has said yes. What is credited is the concession's to say."""
    mismatch.decide()
    mismatch.save()
    _tell_of_decision(case, mismatch, writes=True, actor=actor, now=now, op_id=op_id)


@requires_transaction
def bring_back(mismatch: Mismatch, *, now: dt.datetime) -> None:
    """It is not given: the difference is to be decided otherwise."""
    mismatch.refresh_from_db()
    if mismatch.is_put_up:
        mismatch.rule, mismatch.waits_until = "", now
        mismatch.save()


def _tell_of_decision(
    case: Return,
    mismatch: Mismatch,
    *,
    writes: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    tell(
        case,
        "mismatch_decided",
        actor=actor,
        now=now,
        op_id=op_id,
        mismatch=mismatch.number,
        kind=mismatch.kind,
        units=mismatch.quantity,
        rule=mismatch.rule,
        suggested=mismatch.suggested,
        note=mismatch.note_id,
        writes=writes,
    )


@requires_transaction
def follow_fewer_awaited(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Units of a case were given up elsewhere: what is said to be missing of it follows."""
    said = Mismatch.objects.filter(
        return_case=return_id, state__in=UNDECIDED, kind__in=WITHOUT_GOODS
    )
    if said.exists():
        case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
        review_missing(case, actor=actor, now=now, op_id=op_id)


def _check(mismatch: Mismatch, rule: str, *, reason: str, now: dt.datetime) -> None:
    if mismatch.state not in UNDECIDED:
        state = mismatch.get_state_display().lower()
        raise ActionBlocked("It needs no decision any more.", reasons=[f"It is {state}."])
    if rule not in R.values:
        raise BadInput("Choose what follows from it.", field="rule")
    facts = get_mismatch_facts(mismatch, now=now)
    can_take_rule(rule, facts).require("That cannot be done.")
    mismatch.suggested = suggest_rule(facts).rule
    if rule != mismatch.suggested and rule not in GOES_ON and not reason.strip():
        raise BadInput("Say why, as it is not what the desk suggests.", field="reason")


def _let_it_wait(mismatch: Mismatch, rule: str, *, now: dt.datetime) -> None:
    mismatch.wait()
    mismatch.waits_until = now + PATIENCE
    if rule == R.ASK:
        mismatch.asked_at = now


def _follow_decision(
    case: Return, mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """What a decision does to quantities, goods and claims; then the case moves on."""
    match R(mismatch.rule):
        case R.SHORT_CLOSE | R.CREDIT_ANYWAY:
            _short_close(case, mismatch, actor=actor, now=now, op_id=op_id)
        case R.CARRIER_CLAIM:
            if mismatch.kind in WITHOUT_GOODS:
                _short_close(case, mismatch, actor=actor, now=now, op_id=op_id)
            gather_loss(mismatch, actor=actor, now=now, op_id=op_id)
        case R.SUBSTITUTE:
            _take_instead(case, mismatch, actor=actor, now=now)
        case R.SEND_BACK:
            to = DispositionKind.RETURN_TO_CUSTOMER
            _move_goods(case, mismatch, to, actor=actor, now=now, op_id=op_id)
        case R.WRITE_OFF:
            to = DispositionKind.SCRAP
            _move_goods(case, mismatch, to, actor=actor, now=now, op_id=op_id)
    go_on(case, actor=actor, now=now, op_id=op_id)


@requires_transaction
def go_on(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """What is still missing is said anew, and what all waits for nothing more is settled."""
    review_missing(case, actor=actor, now=now, op_id=op_id)
    if case.state in GOODS_ARE_HERE and not list_ungraded(case):
        settle_locked(case=case, actor=actor, now=now, op_id=op_id)


def _short_close(
    case: Return, mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    assert mismatch.return_line_id is not None  # what is missing is missing of a line
    short_close_locked(
        case=case,
        line_id=mismatch.return_line_id,
        quantity=mismatch.quantity,
        rule=CREDIT_OF[R(mismatch.rule)],
        cause="carrier" if mismatch.rule == R.CARRIER_CLAIM else "mismatch",
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _take_instead(case: Return, mismatch: Mismatch, *, actor: Actor, now: dt.datetime) -> None:
    """The found goods count as the announced ones from here on."""
    row = mismatch.receipt_line
    assert row is not None
    line = next((each for each in read_lines(case) if each.pk == mismatch.return_line_id), None)
    if line is None or row.quantity > line.awaited:
        raise ActionBlocked("Nothing is awaited in whose place it could be taken.")
    row.is_substitute = True
    row.save()
    line.received_damaged += row.damaged
    line.received_ok += row.quantity - row.damaged
    line.save()
    _look_again(row, actor=actor, now=now)
    move_header(case)


def _look_again(row: ReceiptLine, *, actor: Actor, now: dt.datetime) -> None:
    """What was refused for being something else passes with the grade that it has."""
    for seen in row.inspections.filter(replaced_by__isnull=True, is_accepted=False):
        Inspection.objects.create(
            partner_id=row.partner_id,
            receipt_line=row,
            replaces=seen,
            quantity=seen.quantity,
            grade=seen.grade,
            is_accepted=True,
            is_defect_confirmed=seen.is_defect_confirmed,
            missing_parts=seen.missing_parts,
            inspected_at=now,
            inspected_by=actor.ref,
        )


def _move_goods(
    case: Return,
    mismatch: Mismatch,
    to: DispositionKind,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """What is graded already leaves quarantine; what is not goes there at inspection."""
    for placed in list_placed(case):
        is_meant = placed.inspection.receipt_line_id == mismatch.receipt_line_id
        if is_meant and placed.kind in IN_QUARANTINE:
            move_on_locked(
                case=case,
                disposition=placed,
                to=to,
                quantity=placed.left,  # type: ignore[attr-defined]
                because=DisposedBecause.DECIDED,
                actor=actor,
                now=now,
                op_id=op_id,
            )

"""Units that the mismatch desk gives up: they never come, and a rule says what is credited."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.transactions import requires_transaction
from returns.models import Concession, Mismatch, Return, ReturnLine
from returns.queries import Given, is_given_by_policy, plan_waiver, read_lines, sum_credit
from returns.services.conceding import ask_concession
from returns.services.waiving import waive_locked
from returns.states import ShortCloseRule


@requires_transaction
def short_close_locked(
    *,
    case: Return,
    line_id: int,
    quantity: int,
    rule: ShortCloseRule,
    cause: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> ReturnLine:
    """So many awaited units of a line of a locked case are given up, with the credit of `rule`.

    It takes the highest numbered claims. Without a credit they are freed: the customer may ask
    for a return of them once more.
    """
    line, given = _plan(case, line_id, quantity, rule)
    waive_locked(case, given, is_rest=True, cause=cause, actor=actor, now=now, op_id=op_id)
    return line


@requires_transaction
def put_up_beyond_policy(
    case: Return,
    mismatch: Mismatch,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Concession | None:
    """Ask a second person to credit what a difference says will never come, where giving so much
    takes one; None where it does not."""
    assert mismatch.return_line_id is not None  # what never came was announced
    rule = ShortCloseRule.GOODWILL
    _, given = _plan(case, mismatch.return_line_id, mismatch.quantity, rule)
    if is_given_by_policy(case, given):
        return None
    return ask_concession(
        case,
        given.waived,
        rule=rule,
        is_rest=True,
        amount=sum_credit(case, given),
        note=mismatch.note,
        mismatch=mismatch,
        actor=actor,
        now=now,
        op_id=op_id,
    )


def _plan(
    case: Return, line_id: int, quantity: int, rule: ShortCloseRule
) -> tuple[ReturnLine, Given]:
    line = next((each for each in read_lines(case) if each.pk == line_id), None)
    if line is None or not 1 <= quantity <= line.awaited:
        raise BadInput("Not that many units are awaited.", field="quantity")
    return line, plan_waiver(case, {line_id: quantity}, rule)

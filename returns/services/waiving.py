"""Goods that need not come, or never will: kept, given up, or credited as goodwill."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from orders import services as orders
from payments.models import CreditMemo
from returns.models import CaseNote, Return, ReturnLine
from returns.queries import (
    Given,
    choose_units,
    find_asked_concession,
    get_terms,
    is_given_by_policy,
    plan_waiver,
    read_lines,
    sum_credit,
)
from returns.rules import can_short_close, can_waive
from returns.services.case import lock_case, tell
from returns.services.conceding import ask_concession
from returns.services.crediting import draft_rest, issue_step
from returns.services.notes import keep_reason
from returns.services.noticing import review_missing
from returns.services.paying_out import pay_out_by_itself
from returns.services.settling import close_when_done, finish_locked
from returns.states import (
    LineDecision,
    ReturnState,
    ShortCloseRule,
)


@operation("return.keep_it")
def keep_goods(
    *,
    return_id: int,
    version: int | None,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    units: Mapping[int, int] | None = None,
    rate: Decimal | None = None,
) -> Return:
    """The customer keeps goods that are awaited and gets `rate` of their value at once.

    `units` by return line id, everything awaited without it; `rate` as policy says without it.
    What is beyond policy waits for a second person. Raises BadInput, StaleVersion, ActionBlocked.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    note = keep_reason(case=case, about="return.keep_it", reason=reason, actor=actor, now=now)
    return keep_locked(case, note=note, units=units, rate=rate, actor=actor, now=now, op_id=op_id)


@requires_transaction
def keep_locked(
    case: Return,
    *,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    units: Mapping[int, int] | None = None,
    rate: Decimal | None = None,
) -> Return:
    """`keep_goods` of a case that is locked."""
    chosen = choose_units(case, units)
    is_asked = find_asked_concession(case) is not None
    verdict = can_waive(case.state, awaited=sum(chosen.values()), is_asked=is_asked)
    verdict.require("The goods cannot be left with the customer.")
    given = plan_waiver(case, chosen, ShortCloseRule.KEPT, rate=rate)
    return _carry_out(case, given, is_rest=False, note=note, actor=actor, now=now, op_id=op_id)


@operation("return.short_close")
def short_close(
    *,
    return_id: int,
    version: int | None,
    rule: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    units: Mapping[int, int] | None = None,
) -> Return:
    """What is still awaited never comes; `rule` is a `ShortCloseRule` and says what is credited.

    `units` as in `keep_goods`. Raises BadInput, ActionBlocked, StaleVersion.
    """
    if rule not in ShortCloseRule.values:
        raise BadInput("Choose what becomes of the money.", field="rule")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    chosen = choose_units(case, units)
    verdict = can_short_close(case.state, awaited=sum(chosen.values()))
    verdict.require("The case cannot be closed short.")
    note = keep_reason(case=case, about="return.short_close", reason=reason, actor=actor, now=now)
    given = plan_waiver(case, chosen, ShortCloseRule(rule))
    return _carry_out(case, given, is_rest=True, note=note, actor=actor, now=now, op_id=op_id)


def give_up(case: Return) -> Given:
    """Everything that is still awaited, without a credit."""
    return plan_waiver(case, choose_units(case, None), ShortCloseRule.NOTHING)


@requires_transaction
def keep_by_policy(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """On authorisation: what policy says need not come is credited at once, without a label."""
    kept = {
        line.pk: line.awaited
        for line in read_lines(case)
        if line.decision == LineDecision.AUTHORISED and get_terms(line).kept_rate is not None
    }
    if kept:
        given = plan_waiver(case, kept, ShortCloseRule.KEPT)
        waive_locked(case, given, is_rest=False, actor=actor, now=now, op_id=op_id)


@requires_transaction
def waive_locked(
    case: Return,
    given: Given,
    *,
    is_rest: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    cause: str = "",
    note: CaseNote | None = None,
    otherwise: LineDecision = LineDecision.CANCELLED,
) -> CreditMemo | None:
    """Take units of a locked case out of what is awaited, with the credit that goes with it.

    Credited units stay claimed for good, others are free to be asked back again. `is_rest`: they
    never come, so they count as missing rather than kept.
    """
    memo = None
    if given.rule != ShortCloseRule.NOTHING:
        memo = issue_step(case, waived=given.waived, actor=actor, now=now, op_id=op_id)
    lines = [line for line in read_lines(case) if line.pk in given.waived]
    _move_units(lines, given, memo=memo, is_rest=is_rest, actor=actor, now=now, op_id=op_id)
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    review_missing(case, actor=actor, now=now, op_id=op_id)
    finish_locked(case, actor=actor, now=now, op_id=op_id, otherwise=otherwise)
    tell(
        case,
        "short_closed" if is_rest else "goods_waived",
        actor=actor,
        now=now,
        op_id=op_id,
        memo=memo.pk if memo else None,
        credit=str(memo.gross) if memo else "0",
        rule=given.rule.value,
        cause=cause,
        note=note.pk if note else None,
        is_last=case.state == ReturnState.SETTLING,
        lines=[
            {
                "line": line.pk,
                "order_line": line.order_line_id,
                "units": list(given.waived[line.pk].units),
                "kept": len(given.waived[line.pk].units),
            }
            for line in lines
        ],
    )
    if memo:
        pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return memo


def _carry_out(
    case: Return,
    given: Given,
    *,
    is_rest: bool,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> Return:
    """At once where policy allows it, else once a second person has said yes."""
    if is_given_by_policy(case, given):
        waive_locked(case, given, is_rest=is_rest, note=note, actor=actor, now=now, op_id=op_id)
        return case
    ask_concession(
        case,
        given.waived,
        rule=given.rule,
        is_rest=is_rest,
        amount=sum_credit(case, given),
        note=note,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return case


def _move_units(
    lines: list[ReturnLine],
    given: Given,
    *,
    memo: CreditMemo | None,
    is_rest: bool,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    kept: Counter[int] = Counter()
    free: Counter[int] = Counter()
    for line in lines:
        units = list(given.waived[line.pk].units)
        claims = line.claims.filter(freed_at__isnull=True, unit_number__in=units)
        if memo:
            kept[line.order_line_id] += len(units)
            claims.update(memo=memo)
        else:
            free[line.order_line_id] += len(units)
            claims.update(freed_at=now)
        if is_rest:
            line.missing += len(units)
        else:
            line.kept += len(units)
        line.save()
    orders.keep_units(quantities=+kept, actor=actor, now=now, op_id=op_id)
    orders.free_return_units(quantities=+free, actor=actor, now=now, op_id=op_id)

"""A second person has decided about a concession, or the case has moved on without them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from approvals import queries as approval_queries
from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from returns.models import Concession, Return
from returns.queries import (
    TITLES,
    Given,
    Waived,
    list_asked_concessions,
    list_open_units,
    read_lines,
    sum_credit,
)
from returns.services.case import lock_case
from returns.services.conceding import lapse_concession, tell_concession
from returns.services.mismatches import bring_back, decide_put_up, go_on
from returns.services.waiving import waive_locked
from returns.states import ConcessionState, LineDecision, ShortCloseRule


@requires_transaction
def grant_concession(
    *, concession_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Credit what was asked for. It lapses where any of it has come or ended meanwhile, where it
    would credit another amount by now, or where whoever approved may not approve any more."""
    concession, case = _lock(concession_id, actor=actor, now=now)
    if concession.state != ConcessionState.ASKED:
        return
    given, mismatch = _read(concession), concession.mismatch
    if not (_is_approved(concession) and _is_unchanged(concession, case, given)):
        _lapse(concession, case, actor=actor, now=now, op_id=op_id)
        return
    concession.grant()
    concession.ended_at = now
    concession.save()
    tell_concession(concession, case, "granted", actor=actor, now=now, op_id=op_id)
    if mismatch:
        decide_put_up(case, mismatch, actor=actor, now=now, op_id=op_id)
    waive_locked(
        case,
        given,
        is_rest=concession.is_rest,
        cause="mismatch" if mismatch else "",
        note=concession.note,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    if mismatch:
        go_on(case, actor=actor, now=now, op_id=op_id)


@requires_transaction
def refuse_concession(
    *, concession_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """The second person said no, or nobody said anything in time: the goods are still awaited,
    and a difference is to be decided otherwise."""
    concession, case = _lock(concession_id, actor=actor, now=now)
    if concession.state != ConcessionState.ASKED:
        return
    concession.refuse()
    concession.ended_at = now
    concession.save()
    tell_concession(concession, case, "refused", actor=actor, now=now, op_id=op_id)
    if concession.mismatch:
        bring_back(concession.mismatch, now=now)


@requires_transaction
def follow_overtaken_concession(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Goods have come, or the case has ended: nobody need decide about what is not awaited."""
    if not Concession.objects.filter(return_case=return_id, state=ConcessionState.ASKED).exists():
        return
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    for concession in list_asked_concessions(case):
        if not _is_still_awaited(concession, case):
            _lapse(concession, case, actor=actor, now=now, op_id=op_id)


def _lapse(
    concession: Concession, case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    lapse_concession(concession, case, actor=actor, now=now, op_id=op_id)
    if concession.mismatch:
        bring_back(concession.mismatch, now=now)


def _lock(concession_id: int, *, actor: Actor, now: dt.datetime) -> tuple[Concession, Return]:
    case_id = Concession.objects.values_list("return_case", flat=True).get(pk=concession_id)
    case = lock_case(return_id=case_id, version=None, actor=actor, now=now)
    concession = Concession.objects.select_related("note", "mismatch").get(pk=concession_id)
    if concession.mismatch:
        concession.mismatch.return_case = case
    return concession, case


def _is_approved(concession: Concession) -> bool:
    return approval_queries.is_approved(
        subject=reference(concession), content_hash=concession.content_hash
    )


def _is_unchanged(concession: Concession, case: Return, given: Given) -> bool:
    return _is_still_awaited(concession, case) and sum_credit(case, given) == concession.amount


def _is_still_awaited(concession: Concession, case: Return) -> bool:
    """A difference is still of just those units, too."""
    mismatch = concession.mismatch
    if mismatch and mismatch.quantity != sum(len(asked["units"]) for asked in concession.lines):
        return False
    lines = {line.pk: line for line in read_lines(case) if line.decision == LineDecision.AUTHORISED}
    return all(
        asked["line"] in lines
        and len(asked["units"]) <= lines[asked["line"]].awaited
        and set(asked["units"]) <= set(list_open_units(lines[asked["line"]]))
        for asked in concession.lines
    )


def _read(concession: Concession) -> Given:
    rule = ShortCloseRule(concession.rule)
    return Given(
        rule=rule,
        waived={
            asked["line"]: Waived(
                units=asked["units"], rate=Decimal(asked["rate"]), title=TITLES[rule]
            )
            for asked in concession.lines
        },
    )

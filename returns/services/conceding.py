"""What is given beyond policy waits for a second person, and is done when they have said yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from approvals import services as approvals
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import reference
from core.formats import format_money
from core.operations import content_hash
from core.transactions import requires_transaction
from returns.models import CaseNote, Concession, Mismatch, Return
from returns.queries import Waived, find_asked_concession
from returns.services.case import tell
from returns.states import ConcessionState, ShortCloseRule

WORDS = {
    ShortCloseRule.KEPT: "the customer keeps",
    ShortCloseRule.GOODWILL: "goodwill for what never came,",
}


@requires_transaction
def ask_concession(
    case: Return,
    waived: Mapping[int, Waived],
    *,
    rule: ShortCloseRule,
    is_rest: bool,
    amount: Decimal,
    note: CaseNote | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    mismatch: Mismatch | None = None,
) -> Concession:
    """Put it up for approval: just these units, at these rates, for this much.

    `mismatch` is the difference that it decides; each waits for its own answer.
    """
    if mismatch is None and find_asked_concession(case) is not None:
        raise ActionBlocked("A second person is deciding about this case already.")
    lines = [
        {"line": line_id, "units": list(one.units), "rate": str(one.rate)}
        for line_id, one in sorted(waived.items())
    ]
    concession: Concession = Concession.objects.create(
        partner_id=case.partner_id,
        return_case=case,
        mismatch=mismatch,
        rule=rule,
        is_rest=is_rest,
        lines=lines,
        amount=amount,
        content_hash=_hash(case, lines, rule=rule, is_rest=is_rest, amount=amount),
        note=note,
        asked_at=now,
        asked_by=actor.ref,
    )
    approvals.put_up(
        partner_id=case.partner_id,
        subject=reference(concession),
        case=reference(case),
        kind="keep_it" if rule == ShortCloseRule.KEPT else "goodwill",
        content_hash=concession.content_hash,
        summary=_summarise(concession, case),
        amount=amount,
        currency=case.currency,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    tell_concession(
        concession,
        case,
        "asked",
        actor=actor,
        now=now,
        op_id=op_id,
        note=note.pk if note else None,
    )
    return concession


@requires_transaction
def lapse_concession(
    concession: Concession, case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """The case has moved on, or is decided otherwise: nobody need say yes to it any more."""
    concession.lapse()
    concession.ended_at = now
    concession.save()
    tell_concession(concession, case, "lapsed", actor=actor, now=now, op_id=op_id)
    approvals.void_changed(
        subject=reference(concession), content_hash="", actor=actor, now=now, op_id=op_id
    )


@requires_transaction
def take_back(
    mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """What a difference was put up for lapses: it came right, or is decided otherwise."""
    for concession in mismatch.concessions.filter(state=ConcessionState.ASKED):
        lapse_concession(concession, mismatch.return_case, actor=actor, now=now, op_id=op_id)


def tell_concession(
    concession: Concession,
    case: Return,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **facts: object,
) -> None:
    tell(
        case,
        f"concession_{happened}",
        actor=actor,
        now=now,
        op_id=op_id,
        concession=concession.public_id,
        rule=concession.rule,
        amount=str(concession.amount),
        currency=case.currency,
        mismatch=concession.mismatch.number if concession.mismatch else None,
        **facts,
    )


def _hash(
    case: Return, lines: list[dict[str, object]], *, rule: str, is_rest: bool, amount: Decimal
) -> str:
    return content_hash(
        {
            "case": case.pk,
            "rule": str(rule),
            "is_rest": is_rest,
            "lines": lines,
            "amount": str(amount),
        }
    )


def _summarise(concession: Concession, case: Return) -> str:
    count = sum(len(line["units"]) for line in concession.lines)
    amount = format_money(concession.amount, case.currency, "en")
    what = WORDS[ShortCloseRule(concession.rule)]
    return f"{case.number}: {what} {count} {'unit' if count == 1 else 'units'}, {amount} credited"

"""What accepted goods are worth is owed from here on; the rest goes back to the customer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from fulfilment import queries as parcels
from fulfilment import services as fulfilment
from fulfilment.states import ParcelState
from orders import services as orders
from payments import queries as payment_queries
from payments import services as payments
from payments.models import CreditMemo
from payments.states import MemoState
from returns.models import Return, ReturnLine, UnitClaim
from returns.queries import count_accepted, list_claimed_units, list_memo_lines, read_lines
from returns.rules import LineOutcome, can_close, plan_outcome
from returns.services.case import lock_case, tell
from returns.states import LineDecision, Outcome


@requires_transaction
def settle_locked(
    *, case: Return, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Settle a locked case whose goods are all inspected: memo issued, units accepted or freed.

    A case that owes nothing and exchanges nothing is over at once.
    """
    lines = [line for line in read_lines(case) if line.decision == LineDecision.AUTHORISED]
    accepted = count_accepted(case)
    outcomes = {
        line.pk: plan_outcome(units=list_claimed_units(line), accepted=accepted[line.pk])
        for line in lines
    }
    memo = _issue_memo(case, outcomes, actor=actor, now=now, op_id=op_id)
    _close_parcel(case, actor=actor, now=now, op_id=op_id)
    _settle_units(lines, outcomes, actor=actor, now=now, op_id=op_id)
    case.inspect()
    case.settle()
    case.save()
    _tell_result(case, lines, outcomes=outcomes, memo=memo, actor=actor, now=now, op_id=op_id)
    owes_nothing = memo is None or memo.state == MemoState.SETTLED
    if owes_nothing and not any(line.outcome == Outcome.EXCHANGE for line in lines):
        _close(case, actor=actor, now=now, op_id=op_id)
    return case


@requires_transaction
def close_case(
    *, return_id: int, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Return:
    """Close a settled case: everything owed has gone out. Raises ActionBlocked."""
    case = lock_case(return_id=return_id, version=None, actor=actor, now=now)
    can_close(case.state).require("The case cannot be closed.")
    return _close(case, actor=actor, now=now, op_id=op_id)


def _close(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> Return:
    case.closed_at = now
    case.close()
    case.save()
    tell(case, "closed", actor=actor, now=now, op_id=op_id)
    return case


def _issue_memo(
    case: Return,
    outcomes: Mapping[int, LineOutcome],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> CreditMemo | None:
    """Issue the draft, drawn up anew when less was accepted than announced; None for nothing."""
    draft = payment_queries.get_memo(reference(case))
    if draft and all(not outcome.refused for outcome in outcomes.values()):
        return payments.issue_credit_memo(memo_id=draft.pk, actor=actor, now=now, op_id=op_id)
    if draft:
        payments.discard_draft(memo_id=draft.pk, actor=actor, now=now, op_id=op_id)
    accepted = {line_id: outcome.accepted for line_id, outcome in outcomes.items()}
    memo_lines = list_memo_lines(case, accepted=accepted)
    if not memo_lines:
        return None
    memo = payments.draft_credit_memo(
        partner_id=case.partner_id,
        case=reference(case),
        customer_id=case.customer_id,
        currency=case.currency,
        lines=memo_lines,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    return payments.issue_credit_memo(memo_id=memo.pk, actor=actor, now=now, op_id=op_id)


def _close_parcel(case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    parcel = parcels.get_parcel(reference(case))
    if parcel and parcel.state == ParcelState.COUNTED:
        fulfilment.close_parcel(parcel_id=parcel.pk, actor=actor, now=now, op_id=op_id)


def _settle_units(
    lines: list[ReturnLine],
    outcomes: Mapping[int, LineOutcome],
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """Accepted units never come back again; refused ones may be asked back once more."""
    back: Counter[int] = Counter()
    free: Counter[int] = Counter()
    for line in lines:
        outcome = outcomes[line.pk]
        back[line.order_line_id] += len(outcome.accepted)
        free[line.order_line_id] += len(outcome.refused)
        line.decision = outcome.decision
        line.save()
        UnitClaim.objects.filter(return_line=line, unit_number__in=outcome.refused).update(
            freed_at=now
        )
    orders.accept_returned_units(quantities=+back, actor=actor, now=now, op_id=op_id)
    orders.free_return_units(quantities=+free, actor=actor, now=now, op_id=op_id)


def _tell_result(
    case: Return,
    lines: list[ReturnLine],
    *,
    outcomes: Mapping[int, LineOutcome],
    memo: CreditMemo | None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> None:
    """``return.goods_accepted`` when anything passed, else ``return.goods_refused``."""
    tell(
        case,
        "goods_accepted" if memo else "goods_refused",
        actor=actor,
        now=now,
        op_id=op_id,
        memo=memo.pk if memo else None,
        credit=str(memo.gross) if memo else "0",
        lines=[
            {
                "line": line.pk,
                "order_line": line.order_line_id,
                "accepted": len(outcomes[line.pk].accepted),
                "refused": len(outcomes[line.pk].refused),
            }
            for line in lines
        ],
    )

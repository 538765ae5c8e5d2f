"""Credit memos of a case: a draft for what is still to come, one issued with every step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from core.actors import Actor
from core.events import reference
from core.transactions import requires_transaction
from payments import queries as payment_queries
from payments import services as payments
from payments.models import CreditMemo
from payments.rules import MemoLine
from returns.models import Return
from returns.queries import Waived, list_memo_lines


@requires_transaction
def draft_rest(
    case: Return, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> CreditMemo | None:
    """Bring the draft to what is still to be accepted; none where nothing is."""
    return _draft(case, list_memo_lines(case), actor=actor, now=now, op_id=op_id)


@requires_transaction
def issue_step(
    case: Return,
    *,
    accepted: Mapping[int, Mapping[int, str]] | None = None,
    waived: Mapping[int, Waived] | None = None,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> CreditMemo | None:
    """Issue a memo for just these units, as `list_memo_lines`; None where they are none.

    The draft takes them on and gets the number; what is still to come needs a new one then.
    """
    lines = list_memo_lines(case, accepted=accepted or {}, waived=waived)
    if not lines:
        return None
    memo = _draft(case, lines, actor=actor, now=now, op_id=op_id)
    assert memo is not None  # it has lines
    return payments.issue_credit_memo(memo_id=memo.pk, actor=actor, now=now, op_id=op_id)


def _draft(
    case: Return, lines: Sequence[MemoLine], *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> CreditMemo | None:
    """One draft per case: rewritten where it says something else, thrown away for nothing."""
    draft = payment_queries.get_draft(reference(case))
    if draft is None and not lines:
        return None
    if draft is None:
        return payments.draft_credit_memo(
            partner_id=case.partner_id,
            case=reference(case),
            customer_id=case.customer_id,
            currency=case.currency,
            lines=lines,
            actor=actor,
            now=now,
            op_id=op_id,
        )
    if not lines:
        payments.discard_draft(memo_id=draft.pk, actor=actor, now=now, op_id=op_id)
        return None
    if _reads(draft) == list(lines):
        return draft
    return payments.redraft_credit_memo(
        memo_id=draft.pk, lines=lines, actor=actor, now=now, op_id=op_id
    )


def _reads(draft: CreditMemo) -> list[MemoLine]:
    """The draft's lines as they were handed in."""
    return [
        MemoLine(
            kind=line.kind,
            title=line.title,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            order_line_id=line.order_line_id,
            reference=line.reference,
            quantity=line.quantity,
        )
        for line in draft.lines.order_by("position")
    ]

"""Goods that were to be refunded or repaired are to be exchanged after all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.transactions import requires_transaction
from returns.models import CaseNote, Return, ReturnLine
from returns.queries import can_exchange_line, is_at_workshop, read_lines
from returns.services.case import tell
from returns.services.crediting import draft_rest
from returns.services.notes import keep_reason
from returns.services.outcomes import decide_outcome
from returns.services.repair_ends import give_up_for_exchange
from returns.states import Outcome, ReturnState


@requires_transaction
def turn_into_exchange(
    *,
    case: Return,
    order_lines: Collection[int],
    reason: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Return:
    """The lines of a locked case for which something else goes out, named by their order lines.

    Policy is asked about it, but for what lies at the workshop: that is given up there and
    credited, and its credit waits for what goes out. The caller opens the exchange in the same
    transaction. Raises BadInput, ActionBlocked.
    """
    lines = [line for line in read_lines(case) if line.order_line_id in order_lines]
    if not lines or len({line.order_line_id for line in lines}) < len(set(order_lines)):
        raise BadInput("Choose goods of this case that are exchanged.", field="replacements")
    for line in lines:
        what = f"{line.order_line.title} cannot be exchanged."
        can_exchange_line(line).require(what)
    may_choose = [line for line in lines if not is_at_workshop(line)]
    decide_outcome(may_choose, outcome=Outcome.EXCHANGE, actor=actor, now=now, op_id=op_id)
    about = "return.exchange_instead"
    note = keep_reason(case=case, about=about, reason=reason, actor=actor, now=now)
    before = {line.pk: str(line.outcome) for line in lines}
    for line in lines:
        _exchange(line, note, actor=actor, now=now, op_id=op_id)
    if case.state not in (ReturnState.IN_REVIEW, ReturnState.AWAITING_EVIDENCE):
        draft_rest(case, actor=actor, now=now, op_id=op_id)
    changed = [{"line": pk, "before": outcome} for pk, outcome in before.items()]
    tell(
        case,
        "turned_into_exchange",
        actor=actor,
        now=now,
        op_id=op_id,
        lines=changed,
        note=note.pk,
    )
    return case


def _exchange(
    line: ReturnLine, note: CaseNote, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    if is_at_workshop(line):
        give_up_for_exchange(line=line, note=note, actor=actor, now=now, op_id=op_id)
        return
    line.outcome = Outcome.EXCHANGE
    line.save()

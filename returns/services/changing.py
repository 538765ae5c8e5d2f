"""The customer wants something else for their goods than they first said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.operations import operation
from core.transactions import requires_transaction
from returns.models import CaseNote, Return, ReturnLine
from returns.queries import read_lines
from returns.rules import can_change_outcome
from returns.services.case import lock_case, tell
from returns.services.crediting import draft_rest
from returns.services.notes import keep_reason
from returns.services.outcomes import decide_outcome
from returns.states import LIVE, Outcome, PromotionChoice, ReturnState


@operation("return.change_outcome")
def change_outcome(
    *,
    return_id: int,
    version: int | None,
    line_id: int,
    outcome: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Another outcome for a line of which nothing is settled. Exchanges change on their side.

    Policy is asked about it, see `ask_exception`. Raises BadInput, ActionBlocked, StaleVersion.
    """
    if outcome not in Outcome.values:
        raise BadInput("Choose what the customer wants for it.", field="outcome")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    line = next((line for line in read_lines(case) if line.pk == line_id), None)
    if line is None:
        raise BadInput("That line is not in this case.", field="line_id")
    note = keep_reason(
        case=case, about="return.change_outcome", reason=reason, actor=actor, now=now
    )
    change_locked(case, [line], outcome=outcome, note=note, actor=actor, now=now, op_id=op_id)
    return case


@requires_transaction
def change_locked(
    case: Return,
    lines: Sequence[ReturnLine],
    *,
    outcome: str,
    note: CaseNote,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> None:
    """Another outcome for lines of a locked case, all of them or none. Raises ActionBlocked."""
    for line in lines:
        can_change_outcome(
            decision=line.get_decision_display().lower(),
            before=line.outcome,
            after=outcome,
            is_touched=line.is_touched,
            is_open=line.decision in LIVE,
        ).require("The outcome cannot be changed.")
    decide_outcome(lines, outcome=outcome, actor=actor, now=now, op_id=op_id)
    before = {line.pk: line.outcome for line in lines}
    for line in lines:
        line.outcome = Outcome(outcome)
        line.save()
    if case.state not in (ReturnState.IN_REVIEW, ReturnState.AWAITING_EVIDENCE):
        draft_rest(case, actor=actor, now=now, op_id=op_id)
    for line in lines:
        tell(
            case,
            "outcome_changed",
            actor=actor,
            now=now,
            op_id=op_id,
            line=line.pk,
            before=before[line.pk],
            after=outcome,
            note=note.pk,
        )


@operation("return.choose_promotion")
def choose_promotion(
    *,
    return_id: int,
    version: int | None,
    choice: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Return:
    """Whether the customer keeps a discount that the return breaks, where policy asks a person.

    It counts for memos from here on; what is issued does not change.
    """
    if choice not in PromotionChoice.values:
        raise BadInput("Choose what becomes of the discount.", field="choice")
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    note = keep_reason(
        case=case, about="return.choose_promotion", reason=reason, actor=actor, now=now
    )
    case.promotion_choice = PromotionChoice(choice)
    case.save()
    draft_rest(case, actor=actor, now=now, op_id=op_id)
    tell(case, "promotion_chosen", actor=actor, now=now, op_id=op_id, choice=choice, note=note.pk)
    return case

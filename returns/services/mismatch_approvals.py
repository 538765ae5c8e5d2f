"""Money for goods that never came, beyond what policy gives: a second person is asked first."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from approvals import queries as approval_queries
from approvals import services as approvals
from core.actors import Actor
from core.events import reference
from core.formats import format_money
from core.operations import content_hash
from core.transactions import requires_transaction
from returns.models import Mismatch, Return

KIND = "goodwill"


@requires_transaction
def put_up(
    case: Return, mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """Ask for just these units at just this value."""
    amount = format_money(mismatch.value, case.currency, "en")
    what = mismatch.get_kind_display().lower()
    approvals.put_up(
        partner_id=case.partner_id,
        subject=reference(mismatch),
        case=reference(case),
        kind=KIND,
        content_hash=_hash(mismatch),
        summary=f"{case.number}: {amount} for {mismatch.quantity} × {what}, without the goods",
        amount=mismatch.value,
        currency=case.currency,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@requires_transaction
def take_back(
    mismatch: Mismatch, *, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> None:
    """It came right, or is decided otherwise: nobody need say yes to it any more."""
    if mismatch.is_put_up:
        approvals.void_changed(
            subject=reference(mismatch), content_hash="", actor=actor, now=now, op_id=op_id
        )


def is_agreed(mismatch: Mismatch) -> bool:
    """Whether somebody who may has said yes to it as it is now."""
    return approval_queries.is_approved(subject=reference(mismatch), content_hash=_hash(mismatch))


def _hash(mismatch: Mismatch) -> str:
    return content_hash(
        {
            "mismatch": mismatch.number,
            "line": mismatch.return_line_id,
            "units": mismatch.quantity,
            "value": f"{mismatch.value:.4f}",
        }
    )

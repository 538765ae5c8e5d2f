"""Carries out what is intended with money: asks the provider, outside of any transaction.

An operation is claimed by lease, written down as being asked, asked for under its own key, and
marked under the same lease. When the answer is lost nobody knows whether money moved: then the
provider is asked what it knows of our reference, and only when it knows nothing the very same
request goes again, under the very same key. A key that providers may have forgotten is never
sent again; a person finds out then.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from uuid import uuid4

import structlog

from core.actors import Actor
from core.faults import crashpoint
from core.money import round_half_up
from payments import locks, queries
from payments.gateways import gateway_of
from payments.gateways.port import Instruction, NothingHappened, Outcome, OutcomeUnknown
from payments.models import MoneyOperation
from payments.services import outcomes
from payments.states import OperationState

log = structlog.get_logger(__name__)

COURIER = Actor.system("money-courier")
BATCH = 4
# Seconds for one round; the next sweep goes on. Well below the limit of a task.
ROUND = 20.0


def carry_out_due(*, now: dt.datetime, batch: int = BATCH) -> int:
    """Carry out what is due; returns how many operations came to their end."""
    ended, began = 0, time.monotonic()
    while time.monotonic() - began < ROUND and (claims := locks.claim_due(batch=batch)):
        ended += sum(carry_out(claim, now) for claim in claims)
    return ended


def carry_out(claim: locks.Claim, now: dt.datetime) -> bool:
    """Ask once; whether the operation came to its end."""
    who: dict[str, Any] = {"claim": claim, "actor": COURIER, "op_id": uuid4(), "now": now}
    operation = outcomes.begin_call(**who)
    if operation is None:
        return False
    crashpoint("money.before_call")
    try:
        outcome = _ask(operation)
    except NothingHappened as error:
        outcomes.note_closed_door(**who, why=str(error))
        return False
    except Exception as error:  # noqa: BLE001 - whatever it was, they may have done it
        why = str(error) if isinstance(error, OutcomeUnknown) else type(error).__name__
        log.warning("money_unknown", operation=operation.pk, error=why)
        outcomes.note_silence(**who, why=why)
        return False
    crashpoint("money.after_call")
    if outcome is None:
        why = "The provider knows nothing of it, and the key is too old to be sent again."
        outcomes.hand_to_person(**who, why=why)
        return False
    return outcomes.note_outcome(**who, outcome=outcome)


def _ask(operation: MoneyOperation) -> Outcome | None:
    """Do it, or find out what became of it; None when only a person can."""
    assert operation.account is not None
    gateway = gateway_of(operation.account.adapter)
    access, what = queries.get_access(operation.account), write_instruction(operation)
    is_first = operation.state == OperationState.SUBMITTED and not operation.provider_reference
    if not is_first or not outcomes.may_be_sent_again(operation):
        found = gateway.find(access, what)
        if found is not None:
            return found
    if not outcomes.may_be_sent_again(operation):
        return None
    return gateway.carry_out(access, what)


def write_instruction(operation: MoneyOperation) -> Instruction:
    """The request as it is sent, the same each time."""
    method = operation.payment_method
    source = operation.parent or operation.tender
    return Instruction(
        kind=operation.kind,
        key=str(operation.idempotency_key),
        reference=operation.public_id,
        amount=round_half_up(operation.amount, operation.currency),
        currency=operation.currency,
        method=method.token if method else "",
        payment=source.provider_reference if source else "",
        since=operation.submitted_at,
    )

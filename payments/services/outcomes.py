"""What came of asking a provider: posted once, under the claim of whoever asked.

A late comer whose lease has ended is turned away; what it had learned is learned again by the
next one, by the same key or by our reference.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from core import clock
from core.actors import Actor
from core.transactions import opens_transaction
from orders import services as orders
from orders.models import Tender
from payments import locks, queries
from payments.gateways.port import Outcome, Status
from payments.models import MoneyOperation
from payments.rules import PENDING_DELAY, delay_after, is_key_alive
from payments.services.intents import release_older_holds
from payments.services.promises import free_what_was_promised, pay_out_of_memo
from payments.services.timeline import Who, post, tell
from payments.states import STORE_CREDIT, Account, OperationKind, OperationState


@opens_transaction
def begin_call(
    *, claim: locks.Claim, actor: Actor, op_id: UUID, now: dt.datetime
) -> MoneyOperation | None:
    """Write down that the provider is being asked, before it is; None when the claim lapsed.

    Whoever comes back to a call that began and never ended does not know what became of it.
    """
    operation = locks.lock_claimed(claim)
    if operation is None:
        return None
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if operation.state == OperationState.PLANNED and not _may_start(operation):
        return None
    if operation.state == OperationState.PLANNED:
        operation.submitted_at = clock.database_now()
        operation.submit()
        tell(operation, "submitted", **who)
    elif operation.state == OperationState.SUBMITTED and operation.called_at is not None:
        _lose_sight(operation, "Whoever asked last never came back.", who)
    operation.called_at = clock.database_now()
    operation.save()
    return operation


def _may_start(operation: MoneyOperation) -> bool:
    """A refund waits while a bank disputes its payment; what was planned before does too.

    And what was claimed together with another of its purpose waits once that is unknown: the
    claim asked before anybody knew.
    """
    if queries.is_unknown(operation.purpose):
        operation.leased_until = None
        operation.last_error = "Another of its purpose is unknown."
        operation.save()
        return False
    if operation.kind != OperationKind.REFUND or operation.tender_id is None:
        return True
    locks.lock_payouts(operation.tender_id)
    if not queries.is_disputed(operation.tender_id):
        return True
    operation.leased_until, operation.last_error = None, "The payment is disputed."
    operation.due_at = clock.database_now() + PENDING_DELAY
    operation.save()
    return False


@opens_transaction
def note_outcome(
    *, claim: locks.Claim, outcome: Outcome, actor: Actor, op_id: UUID, now: dt.datetime
) -> bool:
    """Post what the provider said. False when the claim lapsed or the answer is yet to come."""
    operation = locks.lock_claimed(claim)
    if operation is None:
        return False
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    operation.called_at = operation.leased_until = None
    operation.last_error = ""
    return settle(operation, outcome, who)


@opens_transaction
def note_silence(
    *, claim: locks.Claim, why: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """The answer was lost: from here on it is unknown whether money moved."""
    operation = locks.lock_claimed(claim)
    if operation is None:
        return
    if operation.state == OperationState.SUBMITTED:
        _lose_sight(operation, why, {"actor": actor, "now": now, "op_id": op_id})
    _put_off(operation, why, claim.attempts)


@opens_transaction
def note_closed_door(
    *, claim: locks.Claim, why: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """The provider was not reached at all: the same is tried again, and nothing is unknown."""
    operation = locks.lock_claimed(claim)
    if operation is not None:
        _put_off(operation, why, claim.attempts)


@opens_transaction
def hand_to_person(
    *, claim: locks.Claim, why: str, actor: Actor, op_id: UUID, now: dt.datetime
) -> None:
    """The key is too old to be sent and nobody knows the reference: a person has to find out."""
    operation = locks.lock_claimed(claim)
    if operation is None:
        return
    operation.needs_person_at = operation.needs_person_at or now
    operation.called_at = operation.leased_until = None
    operation.last_error = why
    operation.save()
    tell(operation, "needs_person", actor=actor, now=now, op_id=op_id)


def may_be_sent_again(operation: MoneyOperation) -> bool:
    """Whether the provider still knows this operation's key for the same request."""
    asked = operation.submitted_at
    return asked is None or is_key_alive(asked, clock.database_now())


def settle(operation: MoneyOperation, outcome: Outcome, who: Who) -> bool:
    """Take a locked operation where its outcome says; whether it is over."""
    if outcome.status == Status.PENDING:
        operation.provider_reference = outcome.reference or operation.provider_reference
        operation.due_at = clock.database_now() + PENDING_DELAY
        operation.save()
        return False
    operation.provider_reference = outcome.reference or operation.provider_reference
    operation.needs_person_at, operation.ended_at = None, who["now"]
    if outcome.status == Status.SUCCEEDED:
        _succeed(operation, outcome, who)
    else:
        _decline(operation, outcome, who)
    return True


def _succeed(operation: MoneyOperation, outcome: Outcome, who: Who) -> None:
    operation.succeed()
    operation.valid_until = outcome.valid_until
    if operation.kind == OperationKind.CAPTURE:
        _post_charge(operation, outcome, who)
    operation.save()
    if operation.kind == OperationKind.REFUND:
        _post_refund(operation, who)
    if operation.kind == OperationKind.AUTHORISE:
        release_older_holds(operation, who)
    tell(operation, "succeeded", **who, provider_reference=operation.provider_reference)


def _decline(operation: MoneyOperation, outcome: Outcome, who: Who) -> None:
    """What was unknown did not happen; what was asked just now was declined."""
    if operation.state == OperationState.UNKNOWN:
        operation.fail()
    else:
        operation.decline()
    operation.decline_code = outcome.code[:60]
    operation.save()
    free_what_was_promised(operation, who)
    tell(operation, operation.state, **who, code=operation.decline_code)


def _post_charge(operation: MoneyOperation, outcome: Outcome, who: Who) -> None:
    method = operation.payment_method
    if operation.order_id is not None:
        tender = orders.add_payment(
            order_id=operation.order_id,
            kind=Tender.Kind.CARD,
            label=outcome.label or (method.label if method else ""),
            amount=operation.amount,
            provider=operation.provider,
            provider_reference=operation.provider_reference,
            payment_method_id=method.pk if method else None,
            **who,
        )
        operation.tender = tender
    post(
        partner_id=operation.partner_id,
        sides=[(Account.PROVIDER, operation.amount), (Account.CUSTOMER, -operation.amount)],
        currency=operation.currency,
        cause="captured",
        case=operation.case,
        operation=operation,
        tender_id=operation.tender_id,
        about=operation.purpose,
        who=who,
    )


def _post_refund(operation: MoneyOperation, who: Who) -> None:
    pay_out_of_memo(operation, who)
    if operation.tender_id is not None:
        orders.complete_refund(tender_id=operation.tender_id, amount=operation.amount, **who)
    giver = Account.STORE_CREDIT if operation.provider == STORE_CREDIT else Account.PROVIDER
    post(
        partner_id=operation.partner_id,
        sides=[(giver, -operation.amount), (Account.CUSTOMER, operation.amount)],
        currency=operation.currency,
        cause="refunded",
        case=operation.case,
        operation=operation,
        tender_id=operation.tender_id,
        about=operation.purpose,
        who=who,
    )


def _lose_sight(operation: MoneyOperation, why: str, who: Who) -> None:
    operation.lose_sight()
    operation.last_error = why
    operation.save()
    tell(operation, "unknown", **who)


def _put_off(operation: MoneyOperation, why: str, attempts: int) -> None:
    operation.called_at = operation.leased_until = None
    operation.last_error = why[:500]
    operation.due_at = clock.database_now() + delay_after(attempts)
    operation.save()

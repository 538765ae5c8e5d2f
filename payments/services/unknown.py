"""Money nobody knows about: asked for again at the provider, or settled by a person with proof."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from approvals import queries as approvals
from core import clock, documents
from core.actors import Actor
from core.errors import ActionBlocked, BadInput, NotPermitted
from core.events import reference
from core.models import User
from core.operations import content_hash, operation
from core.permissions import roles_of
from payments import locks
from payments.gateways.port import Outcome, Status
from payments.models import MoneyOperation, Proof
from payments.rules.limits import Limits, can_refund
from payments.services.outcomes import settle
from payments.services.timeline import Who, tell
from payments.states import BY_HAND, OperationState


@operation("money.ask_again")
def ask_again(*, operation_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> MoneyOperation:
    """Have the courier ask the provider now, as a person who looks at the queue may want."""
    found = locks.lock_operation(operation_id)
    if found.state not in (OperationState.UNKNOWN, OperationState.SUBMITTED):
        raise ActionBlocked("It is settled already.")
    found.due_at, found.needs_person_at = clock.database_now(), None
    found.save()
    tell(found, "asked_again", actor=actor, now=now, op_id=op_id)
    return found


@operation("money.prove")
def prove(
    *,
    operation_id: int,
    happened: bool,
    provider_reference: str,
    note: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    limits: Limits | None = None,
) -> MoneyOperation:
    """Say with proof that it happened, or that it did not.

    Above the person's limit a second one must have approved exactly this statement; `limits` are
    those of policy for the case, where it speaks. What goes out by hand is settled in the same way.
    """
    found = locks.lock_operation(operation_id)
    if not is_for_people(found):
        raise ActionBlocked("It is settled, or the provider has not been asked yet.")
    if actor.user_id is None:
        raise NotPermitted("Only a person can prove what happened.")
    _require_proof(happened, provider_reference, note)
    seconded_by = _second_of(found, happened, provider_reference, actor, limits)
    Proof.objects.create(
        partner_id=found.partner_id,
        operation=found,
        happened=happened,
        provider_reference=provider_reference,
        note=documents.store(
            partner_id=found.partner_id,
            kind="money_proof",
            person="",
            content=note.encode(),
            content_type="text/plain",
            now=now,
        ),
        given_by_id=actor.user_id,
        seconded_by_id=seconded_by,
        at=now,
    )
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    status = Status.SUCCEEDED if happened else Status.DECLINED
    found.leased_until, found.lease = None, found.lease + 1  # whoever is asking comes too late
    settle(found, Outcome(status=status, reference=provider_reference, code="by_hand"), who)
    tell(found, "proved", **who, says="it happened" if happened else "it did not happen")
    return found


def is_for_people(found: MoneyOperation) -> bool:
    """Unknown, or handed over to be paid out by hand."""
    by_hand = found.provider == BY_HAND and found.state == OperationState.SUBMITTED
    return found.state == OperationState.UNKNOWN or by_hand


def hash_of_proof(found: MoneyOperation, *, happened: bool, provider_reference: str) -> str:
    """What a second person agrees to."""
    return content_hash(
        {"operation": found.pk, "happened": happened, "reference": provider_reference}
    )


def _require_proof(happened: bool, provider_reference: str, note: str) -> None:
    if happened and not provider_reference.strip():
        raise BadInput(
            "Give the provider's reference: without it nobody can check.",
            field="provider_reference",
        )
    if len(note.strip()) < 5:
        raise BadInput("Say in a few words how you found out.", field="note")


def _second_of(
    found: MoneyOperation,
    happened: bool,
    provider_reference: str,
    actor: Actor,
    limits: Limits | None,
) -> int | None:
    """Who approved it, where the amount is above what this person may settle alone."""
    assert actor.user_id is not None
    person = User.objects.get(pk=actor.user_id)
    verdict = can_refund(
        amount=found.amount, currency=found.currency, roles=roles_of(person), by_policy=limits
    )
    if verdict:
        return None
    wanted = hash_of_proof(found, happened=happened, provider_reference=provider_reference)
    subject = reference(found)
    if not approvals.is_approved(subject=subject, content_hash=wanted):
        raise ActionBlocked(
            "The amount is above what you may settle alone: a second person has to agree.",
            reasons=["A second person has to agree to exactly this."],
        )
    return approvals.get_approver(subject=subject, content_hash=wanted)

"""What a supplier or a carrier is to make good: sent, then credited or refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID, uuid5

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from inventory import services as inventory
from returns.locks import lock_claim
from returns.models import Claim, ClaimLine
from returns.queries.lots import find_lot
from returns.rules import can_answer_claim, can_send_claim
from returns.services.gathering import record_claim
from returns.states import ClaimAgainst


@operation("claim.send")
def send_claim(
    *,
    claim_id: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    their_reference: str = "",
    tracking_number: str = "",
) -> Claim:
    """The claim is with the other side; goods for a supplier leave quarantine with it.

    Raises ActionBlocked for one that is empty or gone, NotEnoughStock where goods are not there.
    """
    claim = lock_claim(claim_id)
    lines = _list_lines(claim)
    can_send_claim(claim.state, lines=len(lines)).require("The claim cannot be sent.")
    claim.send()
    claim.sent_at = now
    claim.their_reference, claim.tracking_number = their_reference, tracking_number
    claim.save()
    if claim.against == ClaimAgainst.SUPPLIER:
        for line in lines:
            _hand_over(line, actor=actor, now=now, op_id=op_id)
    amount = sum((line.unit_value * line.quantity for line in lines), Decimal(0))
    record_claim(
        claim, "sent", actor=actor, now=now, op_id=op_id, lines=len(lines), amount=str(amount)
    )
    return claim


@operation("claim.credit")
def credit_claim(
    *, claim_id: int, amount: Decimal, actor: Actor, op_id: UUID, now: dt.datetime
) -> Claim:
    """The other side pays so much, or takes it off what we owe. Raises ActionBlocked, BadInput."""
    claim = lock_claim(claim_id)
    can_answer_claim(claim.state).require("The claim cannot be credited.")
    if amount <= 0:
        raise BadInput("Say how much they credit.", field="amount")
    claim.credit()
    claim.credited, claim.answered_at = amount, now
    claim.save()
    record_claim(claim, "credited", actor=actor, now=now, op_id=op_id, credited=str(amount))
    return claim


@operation("claim.refuse")
def refuse_claim(*, claim_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Claim:
    """The other side pays nothing. Raises ActionBlocked."""
    claim = lock_claim(claim_id)
    can_answer_claim(claim.state).require("The claim cannot be refused.")
    claim.refuse()
    claim.answered_at = now
    claim.save()
    record_claim(claim, "refused", actor=actor, now=now, op_id=op_id)
    return claim


def _list_lines(claim: Claim) -> list[ClaimLine]:
    """In the order in which everybody locks stock."""
    lines = claim.lines.filter(is_withdrawn=False).select_related(
        "disposition__inspection__receipt_line__receipt"
    )
    return list(lines.order_by("variant_id", "pk"))


def _hand_over(line: ClaimLine, *, actor: Actor, now: dt.datetime, op_id: UUID) -> None:
    disposition = line.disposition
    if disposition is None or line.variant_id is None:
        return
    row = disposition.inspection.receipt_line
    inventory.return_to_vendor(
        partner_id=line.partner_id,
        variant_id=line.variant_id,
        location_id=row.receipt.location_id,
        lot=find_lot(row),
        quantity=line.quantity,
        bin_id=disposition.bin_id,
        reference=reference(disposition),
        actor=actor,
        op_id=uuid5(op_id, f"line:{line.pk}"),
        now=now,
    )

"""How money tells what happened to it, and writes it into the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID, uuid4

from core.actors import Actor
from core.events import record, reference
from core.models import Event
from payments.models import MoneyEntry, MoneyOperation


class Who(TypedDict):
    """Who does something, when, and in which operation."""

    actor: Actor
    now: datetime
    op_id: UUID | None


def tell(
    operation: MoneyOperation,
    happened: str,
    *,
    actor: Actor,
    now: datetime,
    op_id: UUID | None,
    **facts: Any,
) -> Event:
    """One event of the operation: ``money.succeeded`` and its kin."""
    return record(
        kind=f"money.{happened}",
        partner_id=operation.partner_id,
        subject=reference(operation),
        case=operation.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "operation": operation.public_id,
            "purpose": operation.purpose,
            "kind": operation.kind,
            "amount": str(operation.amount),
            "currency": operation.currency,
            "tender": operation.tender_id,
            **facts,
        },
    )


def post(
    *,
    partner_id: int,
    sides: Sequence[tuple[str, Decimal]],
    currency: str,
    cause: str,
    case: str,
    who: Who,
    operation: MoneyOperation | None = None,
    tender_id: int | None = None,
    about: str = "",
) -> None:
    """Write one posting; `sides` are accounts with signed amounts that make zero together."""
    if sum(amount for _, amount in sides) != 0:
        raise ValueError(f"a posting of {cause} does not add up")
    posting = uuid4()
    MoneyEntry.objects.bulk_create(
        MoneyEntry(
            partner_id=partner_id,
            posting=posting,
            position=position,
            account=account,
            amount=amount,
            currency=currency,
            cause=cause,
            case=case,
            operation=operation,
            tender_id=tender_id,
            reference=about,
            actor=who["actor"].ref,
            at=who["now"],
        )
        for position, (account, amount) in enumerate(sides, start=1)
    )

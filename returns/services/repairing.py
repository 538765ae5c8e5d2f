"""A repair at the workshop: the estimate, the customer's answer, and the work."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.money import ZERO, round_half_up
from core.operations import operation
from core.transactions import requires_transaction
from payments import services as payments
from payments.states import Debtor, ObligationKind
from returns.models import Repair, Return
from returns.rules import repairs as rules
from returns.services.admitting import tell_repair
from returns.services.repair_work import Work, keep_repair, lock_work

TIME_TO_PAY = dt.timedelta(days=14)


@operation("repair.begin")
def send_to_workshop(
    *,
    repair_id: int,
    version: int | None,
    workshop: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Repair:
    """The goods lie at a workshop, our own or another's."""
    if not workshop.strip():
        raise BadInput("Say which workshop has it.", field="workshop")
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    rules.can_begin(work.repair.state).require("It cannot go to the workshop.")
    work.repair.workshop = workshop.strip()
    work.repair.begin()
    return keep_repair(work.repair, "begun", actor=actor, now=now, op_id=op_id)


@operation("repair.estimate")
def estimate_repair(
    *,
    repair_id: int,
    version: int | None,
    amount: Decimal,
    finding: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Repair:
    """What is broken, and what mending it would cost. Under warranty it goes ahead at once."""
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    repair = work.repair
    rules.can_estimate(repair.state).require("No estimate can be given.")
    repair.estimate = _read_amount(amount, work.case, field="amount")
    repair.finding = finding.strip()
    repair.estimate_cost()
    keep_repair(
        repair,
        "estimated",
        actor=actor,
        now=now,
        op_id=op_id,
        amount=str(repair.estimate),
        currency=work.case.currency,
        is_charged=repair.is_charged,
    )
    if rules.is_agreed_at_once(is_charged=repair.is_charged, estimate=repair.estimate):
        _agree(repair, by="policy", actor=actor, now=now, op_id=op_id)
    return repair


@operation("repair.accept_estimate")
def accept_estimate(
    *, repair_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Repair:
    """The customer agrees to pay what the repair costs; from here on that is due."""
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    rules.can_answer_estimate(work.repair.state).require("There is nothing to agree to.")
    _agree(work.repair, by="customer", actor=actor, now=now, op_id=op_id)
    _charge(work, actor=actor, now=now, op_id=op_id)
    return work.repair


@operation("repair.decline_estimate")
def decline_estimate(
    *, repair_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Repair:
    """The customer would rather have it back as it is."""
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    rules.can_answer_estimate(work.repair.state).require("There is nothing to decline.")
    work.repair.decline()
    return keep_repair(work.repair, "declined", actor=actor, now=now, op_id=op_id)


@operation("repair.finish")
def finish_repair(
    *,
    repair_id: int,
    version: int | None,
    cost: Decimal,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Repair:
    """It works again; `cost` is what that cost us."""
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    rules.can_finish(work.repair.state).require("It is not being repaired.")
    work.repair.cost = _read_amount(cost, work.case, field="cost")
    work.repair.finish()
    return keep_repair(
        work.repair,
        "finished",
        actor=actor,
        now=now,
        op_id=op_id,
        cost=str(work.repair.cost),
        currency=work.case.currency,
    )


@requires_transaction
def _agree(repair: Repair, *, by: str, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    repair.agree()
    repair.accepted_by = by
    keep_repair(repair, "agreed", actor=actor, now=now, op_id=op_id, by=by)


def _charge(work: Work, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """What the customer owes for it, kept where every open amount of a case is.

    No card is charged for it: it was left with us for an exchange or a purchase, not for this.
    """
    payments.open_obligation(
        partner_id=work.case.partner_id,
        case=reference(work.case),
        subject=reference(work.repair),
        kind=ObligationKind.MONEY,
        owed_by=Debtor.CUSTOMER,
        customer_id=work.case.customer_id,
        order_id=work.line.order_line.order_id,
        amount=work.repair.estimate or ZERO,
        currency=work.case.currency,
        due_on=now.date() + TIME_TO_PAY,
        grace_days=0,
        reminder_days=[],
        actor=actor,
        now=now,
        op_id=op_id,
    )
    tell_repair(
        work.repair,
        "charge_due",
        actor=actor,
        now=now,
        op_id=op_id,
        amount=str(work.repair.estimate),
        currency=work.case.currency,
    )


def _read_amount(amount: Decimal, case: Return, *, field: str) -> Decimal:
    if amount < 0 or amount != round_half_up(amount, case.currency):
        raise BadInput(f"An amount in {case.currency}, not below zero.", field=field)
    return amount

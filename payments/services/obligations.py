"""What is owed, by whom, by when: reminded of, charged once, met, waived, written off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from approvals import queries as approvals
from core.actors import Actor
from core.errors import ActionBlocked
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from payments import locks, queries
from payments.models import MoneyOperation, Obligation
from payments.rules import write_off_hash
from payments.rules.obligations import plan_day
from payments.services.intents import MoneyUnknown, NoProvider
from payments.services.planning import collect, refund_payment
from payments.services.timeline import Who, post
from payments.states import Account, Debtor, ObligationState


@requires_transaction
def open_obligation(
    *,
    partner_id: int,
    case: str,
    subject: str,
    kind: str,
    owed_by: str,
    customer_id: int,
    amount: Decimal,
    currency: str,
    due_on: dt.date,
    grace_days: int,
    reminder_days: Sequence[int],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    order_id: int | None = None,
    payment_method_id: int | None = None,
    opened_on: dt.date | None = None,
) -> Obligation:
    """Write down a debt. A charge would be for `order_id`, by `payment_method_id`."""
    obligation: Obligation = Obligation.objects.create(
        partner_id=partner_id,
        case=case,
        subject=subject,
        kind=kind,
        owed_by=owed_by,
        customer_id=customer_id,
        order_id=order_id,
        payment_method_id=payment_method_id,
        amount=amount,
        currency=currency,
        opened_on=opened_on or now.date(),
        due_on=due_on,
        grace_days=grace_days,
        reminder_days=sorted(reminder_days),
    )
    tell_of_obligation(obligation, "opened", actor=actor, now=now, op_id=op_id)
    return obligation


@requires_transaction
def meet_obligation(
    *, subject: str, kind: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation | None:
    """What was owed has come; None when nothing of the kind is owed any more."""
    obligation = _lock_running(subject, kind)
    if obligation is None:
        return None
    obligation.meet()
    return _end(obligation, "met", {"actor": actor, "now": now, "op_id": op_id})


@requires_transaction
def waive_obligation(
    *, subject: str, kind: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation | None:
    """Nobody insists on it any more."""
    obligation = _lock_running(subject, kind)
    if obligation is None:
        return None
    obligation.waits_since = None
    obligation.waive()
    return _end(obligation, "waived", {"actor": actor, "now": now, "op_id": op_id})


@requires_transaction
def await_decision(
    *, subject: str, kind: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation | None:
    """The goods are here and were refused: nothing is charged before a person has decided.

    None where nothing is owed any more, or its charge was tried already.
    """
    obligation = _lock_running(subject, kind)
    if obligation is None or obligation.charge_tried_at or obligation.waits_since:
        return None
    obligation.waits_since = now
    obligation.save()
    tell_of_obligation(obligation, "decision_wanted", actor=actor, now=now, op_id=op_id)
    return obligation


@requires_transaction
def charge_now(
    *,
    obligation_id: int,
    amount: Decimal,
    today: dt.date,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Obligation:
    """A person decided that what was refused is paid for: `amount`, once, from today on."""
    obligation = locks.lock_obligation(obligation_id)
    if obligation.waits_since is None or obligation.charge_tried_at:
        raise ActionBlocked("Nothing about this waits for a decision.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    obligation.waits_since, obligation.amount = None, amount
    if obligation.state == ObligationState.OPEN:
        obligation.due_on, obligation.grace_days = today, 0
        obligation.fall_due()
    obligation.save()
    tell_of_obligation(obligation, "due", **who)
    _charge_once(obligation, who)
    return obligation


@requires_transaction
def charge_obligation(
    *, subject: str, kind: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation:
    """What is owed is charged now, before its day, by the one try that there is.

    Raises ActionBlocked where nothing runs, or it was tried before.
    """
    obligation = _lock_running(subject, kind)
    if obligation is None or obligation.charge_tried_at is not None:
        raise ActionBlocked("Nothing is left to charge for it.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if obligation.state == ObligationState.OPEN:
        obligation.fall_due()
        obligation.save()
        tell_of_obligation(obligation, "due", **who)
    _charge_once(obligation, who)
    return obligation


@requires_transaction
def return_charge(
    *,
    obligation_id: int,
    amount: Decimal,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> list[MoneyOperation]:
    """The goods came after all, in the days that policy allows: the charge goes back."""
    obligation = locks.lock_obligation(obligation_id)
    if obligation.state != ObligationState.CHARGED:
        raise ActionBlocked("Nothing was charged for this.")
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    refunds = refund_payment(
        purpose=reference(obligation), amount=amount, reason="late_return", **who
    )
    tell_of_obligation(obligation, "charge_returned", **who, returned=str(amount))
    return refunds


@requires_transaction
def follow_obligation(
    *, obligation_id: int, today: dt.date, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation:
    """Do what the day asks: remind, fall due, and charge goods that never came, once."""
    obligation = locks.lock_obligation(obligation_id)
    if obligation.state not in (ObligationState.OPEN, ObligationState.DUE):
        return obligation
    if obligation.waits_since is not None:
        return obligation
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    step = plan_day(
        today=today,
        opened_on=obligation.opened_on,
        due_on=obligation.due_on,
        grace_days=obligation.grace_days,
        reminder_days=obligation.reminder_days,
    )
    if step.falls_due and obligation.state == ObligationState.OPEN:
        obligation.fall_due()
        obligation.save()
        tell_of_obligation(obligation, "due", **who)
    is_customers = obligation.owed_by == Debtor.CUSTOMER
    if is_customers and step.reminders > obligation.reminders and not obligation.charge_tried_at:
        obligation.reminders = step.reminders
        obligation.save()
        tell_of_obligation(obligation, "reminder", **who, number=step.reminders)
    if is_customers and step.is_charged and obligation.charge_tried_at is None:
        _charge_once(obligation, who)
    return obligation


@requires_transaction
def note_charge(
    *, obligation_id: int, outcome: str, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Obligation:
    """What came of the charge: it closes the debt, or leaves it to people."""
    obligation = locks.lock_obligation(obligation_id)
    who: Who = {"actor": actor, "now": now, "op_id": op_id}
    if obligation.state != ObligationState.DUE:
        return obligation
    kept = queries.get_money(reference(obligation)).kept
    if outcome == "succeeded" and kept >= obligation.amount:
        obligation.charge()
        obligation.receivable_since = None
        return _end(obligation, "charged", who)
    if outcome != "succeeded":
        _leave_to_people(obligation, who, why=outcome)
    return obligation


@operation("obligation.write_off")
def write_off(*, obligation_id: int, actor: Actor, op_id: UUID, now: dt.datetime) -> Obligation:
    """Give a receivable up. Needs an approval of exactly this amount."""
    obligation = locks.lock_obligation(obligation_id)
    wanted = hash_of_write_off(obligation)
    if not approvals.is_approved(subject=reference(obligation), content_hash=wanted):
        raise ActionBlocked("Writing off needs another person's approval.")
    return write_off_approved(obligation, {"actor": actor, "now": now, "op_id": op_id})


def write_off_approved(obligation: Obligation, who: Who) -> Obligation:
    obligation.write_off()
    obligation.receivable_since = None
    if obligation.amount:
        post(
            partner_id=obligation.partner_id,
            sides=[
                (Account.WRITTEN_OFF, obligation.amount),
                (Account.CUSTOMER, -obligation.amount),
            ],
            currency=obligation.currency,
            cause="written_off",
            case=obligation.case,
            about=reference(obligation),
            who=who,
        )
    return _end(obligation, "written_off", who)


def hash_of_write_off(obligation: Obligation) -> str:
    return write_off_hash(
        obligation_id=obligation.pk, amount=obligation.amount, currency=obligation.currency
    )


def _charge_once(obligation: Obligation, who: Who) -> None:
    """The one try. What cannot be tried goes to people at once."""
    obligation.charge_tried_at = who["now"]
    obligation.save()
    method = obligation.payment_method
    if method is None or not obligation.amount:
        _leave_to_people(obligation, who, why="no_card")
        return
    try:
        collect(
            partner_id=obligation.partner_id,
            case=obligation.case,
            purpose=reference(obligation),
            order_id=obligation.order_id,
            amount=obligation.amount,
            currency=obligation.currency,
            payment_method_id=method.pk,
            **who,
        )
    except (NoProvider, MoneyUnknown):
        _leave_to_people(obligation, who, why="no_provider")


def _leave_to_people(obligation: Obligation, who: Who, *, why: str) -> None:
    if obligation.receivable_since is None:
        obligation.receivable_since = who["now"]
        obligation.save()
        tell_of_obligation(obligation, "receivable", **who, why=why)


def _lock_running(subject: str, kind: str) -> Obligation | None:
    found = queries.find_obligation(subject=subject, kind=kind)
    if found is None:
        return None
    obligation = locks.lock_obligation(found.pk)
    running = obligation.state in (ObligationState.OPEN, ObligationState.DUE)
    return obligation if running else None


def _end(obligation: Obligation, how: str, who: Who) -> Obligation:
    obligation.ended_at = who["now"]
    obligation.save()
    tell_of_obligation(obligation, how, **who)
    return obligation


def tell_of_obligation(
    obligation: Obligation,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **facts: object,
) -> None:
    record(
        kind=f"obligation.{happened}",
        partner_id=obligation.partner_id,
        subject=reference(obligation),
        case=obligation.case,
        actor=actor,
        op_id=op_id,
        now=now,
        data={
            "obligation": obligation.public_id,
            "of": obligation.subject,
            "kind": obligation.kind,
            "owed_by": obligation.owed_by,
            "amount": str(obligation.amount),
            "currency": obligation.currency,
            "due_on": obligation.due_on.isoformat(),
            **facts,
        },
    )

"""A repair from the shelf of the workshop back to the customer, or to another outcome."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.money import ZERO, round_half_up
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import queries as fulfilment_queries
from fulfilment import services as fulfilment
from orders import services as orders
from payments import services as payments
from payments.states import Debtor, ObligationKind
from returns.models import CaseNote, Disposition, Repair, Return, ReturnLine
from returns.queries import count_left, list_placed, read_lines
from returns.rules import repairs as rules
from returns.services.admitting import tell_repair
from returns.services.case import lock_case, tell
from returns.services.crediting import issue_step
from returns.services.dispositions import move_on_locked
from returns.services.notes import keep_reason
from returns.services.paying_out import pay_out_by_itself
from returns.services.settling import close_when_done, finish_locked
from returns.states import REPAIR_OVER, DisposedBecause, DispositionKind, Outcome

TIME_TO_PAY = dt.timedelta(days=14)


class _Work(NamedTuple):
    """A repair with its line and its case, which is locked."""

    repair: Repair
    line: ReturnLine
    case: Return


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
    work = _lock(repair_id, version=version, actor=actor, now=now)
    rules.can_begin(work.repair.state).require("It cannot go to the workshop.")
    work.repair.workshop = workshop.strip()
    work.repair.begin()
    return _keep(work.repair, "begun", actor=actor, now=now, op_id=op_id)


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
    work = _lock(repair_id, version=version, actor=actor, now=now)
    repair = work.repair
    rules.can_estimate(repair.state).require("No estimate can be given.")
    repair.estimate = _read_amount(amount, work.case, field="amount")
    repair.finding = finding.strip()
    repair.estimate_cost()
    _keep(
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
    work = _lock(repair_id, version=version, actor=actor, now=now)
    rules.can_answer_estimate(work.repair.state).require("There is nothing to agree to.")
    _agree(work.repair, by="customer", actor=actor, now=now, op_id=op_id)
    _charge(work, actor=actor, now=now, op_id=op_id)
    return work.repair


@operation("repair.decline_estimate")
def decline_estimate(
    *, repair_id: int, version: int | None, actor: Actor, op_id: UUID, now: dt.datetime
) -> Repair:
    """The customer would rather have it back as it is."""
    work = _lock(repair_id, version=version, actor=actor, now=now)
    rules.can_answer_estimate(work.repair.state).require("There is nothing to decline.")
    work.repair.decline()
    return _keep(work.repair, "declined", actor=actor, now=now, op_id=op_id)


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
    work = _lock(repair_id, version=version, actor=actor, now=now)
    rules.can_finish(work.repair.state).require("It is not being repaired.")
    work.repair.cost = _read_amount(cost, work.case, field="cost")
    work.repair.finish()
    return _keep(
        work.repair,
        "finished",
        actor=actor,
        now=now,
        op_id=op_id,
        cost=str(work.repair.cost),
        currency=work.case.currency,
    )


@operation("repair.send_back")
def send_back_repaired(
    *,
    repair_id: int,
    version: int | None,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Repair:
    """The customer's goods leave; they are theirs as before and may be asked back once more."""
    if not carrier.strip():
        raise BadInput("Say which carrier takes the parcel.", field="carrier")
    work = _lock(repair_id, version=version, actor=actor, now=now)
    repair, line, case = work
    rules.can_send_back(repair.state).require("It cannot be sent back.")
    repair.send_back()
    repair.ended_at = now
    _keep(repair, "sent_back", actor=actor, now=now, op_id=op_id, carrier=carrier.strip())
    orders.free_return_units(
        quantities={line.order_line_id: repair.quantity}, actor=actor, now=now, op_id=op_id
    )
    line.claims.filter(unit_number__in=repair.units, freed_at__isnull=True).update(freed_at=now)
    # Stock is locked after order lines, everywhere.
    repair.shipment_id = _ship(
        work, carrier=carrier, tracking_number=tracking_number, actor=actor, now=now, op_id=op_id
    )
    repair.save()
    finish_locked(case, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return repair


@operation("repair.give_up")
def give_up_repair(
    *,
    repair_id: int,
    version: int | None,
    outcome: str,
    reason: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Repair:
    """It cannot be mended: the line is settled as `outcome` says, from what was paid for it."""
    if outcome not in rules.INSTEAD:
        raise BadInput("Choose what the customer gets instead.", field="outcome")
    work = _lock(repair_id, version=version, actor=actor, now=now)
    note = keep_reason(case=work.case, about="repair.give_up", reason=reason, actor=actor, now=now)
    return _give_up(work, outcome, note=note, actor=actor, now=now, op_id=op_id)


@requires_transaction
def give_up_for_exchange(
    *, line: ReturnLine, note: CaseNote, actor: Actor, now: dt.datetime, op_id: UUID | None = None
) -> Repair:
    """Its goods are credited like those of any repair given up; what goes out for them uses it.

    `line` is of a locked case, with one repair that runs. Raises ActionBlocked.
    """
    repair = line.repairs.exclude(state__in=REPAIR_OVER).get()
    repair.return_line = line
    work = _Work(repair, line, line.return_case)
    return _give_up(work, Outcome.EXCHANGE, note=note, actor=actor, now=now, op_id=op_id)


def _give_up(
    work: _Work, outcome: str, *, note: CaseNote, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> Repair:
    repair, line, case = work
    rules.can_give_up(repair.state).require("The repair cannot be given up.")
    repair.give_up()
    _ask_no_more(repair, actor=actor, now=now, op_id=op_id)
    repair.ended_at = now
    _keep(repair, "given_up", actor=actor, now=now, op_id=op_id, outcome=outcome, note=note.pk)
    line.outcome = Outcome(outcome)
    line.save()
    _credit(work, actor=actor, now=now, op_id=op_id)
    pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    _take_out(work, DispositionKind.QUALITY_REJECT, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return repair


def _lock(repair_id: int, *, version: int | None, actor: Actor, now: dt.datetime) -> _Work:
    case_id = Repair.objects.values_list("return_line__return_case", flat=True).get(pk=repair_id)
    case = lock_case(return_id=case_id, version=version, actor=actor, now=now)
    repair = Repair.objects.get(pk=repair_id)
    line = next(line for line in read_lines(case) if line.pk == repair.return_line_id)
    repair.return_line = line
    return _Work(repair, line, case)


@requires_transaction
def _agree(repair: Repair, *, by: str, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    repair.agree()
    repair.accepted_by = by
    _keep(repair, "agreed", actor=actor, now=now, op_id=op_id, by=by)


def _charge(work: _Work, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
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


def _ask_no_more(repair: Repair, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """Nobody pays for what was not mended."""
    payments.waive_obligation(
        subject=reference(repair), kind=ObligationKind.MONEY, actor=actor, now=now, op_id=op_id
    )


def _credit(work: _Work, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """The goods stay here: their units are credited as they passed when they came."""
    repair, line, case = work
    claims = line.claims.filter(unit_number__in=repair.units, freed_at__isnull=True)
    units = dict(claims.values_list("unit_number", "grade"))
    memo = issue_step(case, accepted={line.pk: units}, actor=actor, now=now, op_id=op_id)
    claims.update(memo=memo)
    orders.accept_returned_units(
        quantities={line.order_line_id: len(units)}, actor=actor, now=now, op_id=op_id
    )
    finish_locked(case, actor=actor, now=now, op_id=op_id)
    tell(
        case,
        "goods_accepted",
        actor=actor,
        now=now,
        op_id=op_id,
        memo=memo.pk if memo else None,
        credit=str(memo.gross) if memo else "0",
        is_last=not line.awaited,
        lines=[
            {
                "line": line.pk,
                "order_line": line.order_line_id,
                "accepted": len(units),
                "refused": 0,
                "units": list(units),
            }
        ],
    )


def _take_out(
    work: _Work, to: DispositionKind, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> list[Disposition]:
    """Its units leave the workshop's shelf, to the customer or to stay here in quarantine."""
    left, steps = work.repair.quantity, []
    for placed in list_placed(work.case):
        row = placed.inspection.receipt_line
        here = placed.kind == DispositionKind.REPAIR and row.return_line_id == work.line.pk
        units = min(left, count_left(placed)) if here else 0
        if units:
            left -= units
            step = move_on_locked(
                case=work.case,
                disposition=placed,
                to=to,
                quantity=units,
                because=DisposedBecause.REPAIR_ENDED,
                actor=actor,
                now=now,
                op_id=uuid5(op_id, f"repair:{placed.pk}") if op_id else None,
            )
            steps.append(step)
    return steps


def _ship(
    work: _Work,
    *,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
) -> int | None:
    """The parcels back to the customer leave; the first of them is named on the repair."""
    to = DispositionKind.RETURN_TO_CUSTOMER
    parcels = [
        parcel
        for step in _take_out(work, to, actor=actor, now=now, op_id=op_id)
        for parcel in fulfilment_queries.list_shipments(reference(step))
    ]
    for parcel in parcels:
        fulfilment.ship_shipment(
            shipment_id=parcel.pk,
            carrier=carrier.strip(),
            tracking_number=tracking_number.strip(),
            actor=actor,
            now=now,
            op_id=op_id,
        )
    return parcels[0].pk if parcels else None


def _read_amount(amount: Decimal, case: Return, *, field: str) -> Decimal:
    if amount < 0 or amount != round_half_up(amount, case.currency):
        raise BadInput(f"An amount in {case.currency}, not below zero.", field=field)
    return amount


def _keep(
    repair: Repair,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    **facts: object,
) -> Repair:
    repair.save()
    tell_repair(repair, happened, actor=actor, now=now, op_id=op_id, **facts)
    return repair

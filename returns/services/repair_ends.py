"""How a repair ends: back to the customer, or given up and credited."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from fulfilment import queries as fulfilment_queries
from fulfilment import services as fulfilment
from orders import services as orders
from payments import services as payments
from payments.states import ObligationKind
from returns.models import CaseNote, Disposition, Repair, ReturnLine
from returns.queries import count_left, list_placed
from returns.rules import repairs as rules
from returns.services.case import tell
from returns.services.crediting import issue_step
from returns.services.dispositions import move_on_locked
from returns.services.notes import keep_reason
from returns.services.paying_out import pay_out_by_itself
from returns.services.repair_work import Work, keep_repair, lock_work
from returns.services.settling import close_when_done, finish_locked
from returns.states import REPAIR_OVER, DisposedBecause, DispositionKind, Outcome


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
    work = lock_work(repair_id, version=version, actor=actor, now=now)
    repair, line, case = work
    rules.can_send_back(repair.state).require("It cannot be sent back.")
    repair.send_back()
    repair.ended_at = now
    keep_repair(repair, "sent_back", actor=actor, now=now, op_id=op_id, carrier=carrier.strip())
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
    work = lock_work(repair_id, version=version, actor=actor, now=now)
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
    work = Work(repair, line, line.return_case)
    return _give_up(work, Outcome.EXCHANGE, note=note, actor=actor, now=now, op_id=op_id)


def _give_up(
    work: Work, outcome: str, *, note: CaseNote, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> Repair:
    repair, line, case = work
    rules.can_give_up(repair.state).require("The repair cannot be given up.")
    repair.give_up()
    _ask_no_more(repair, actor=actor, now=now, op_id=op_id)
    repair.ended_at = now
    keep_repair(
        repair, "given_up", actor=actor, now=now, op_id=op_id, outcome=outcome, note=note.pk
    )
    line.outcome = Outcome(outcome)
    line.save()
    _credit(work, actor=actor, now=now, op_id=op_id)
    pay_out_by_itself(case, actor=actor, now=now, op_id=op_id)
    _take_out(work, DispositionKind.QUALITY_REJECT, actor=actor, now=now, op_id=op_id)
    close_when_done(case, actor=actor, now=now, op_id=op_id)
    return repair


def _ask_no_more(repair: Repair, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
    """Nobody pays for what was not mended."""
    payments.waive_obligation(
        subject=reference(repair), kind=ObligationKind.MONEY, actor=actor, now=now, op_id=op_id
    )


def _credit(work: Work, *, actor: Actor, now: dt.datetime, op_id: UUID | None) -> None:
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
    work: Work, to: DispositionKind, *, actor: Actor, now: dt.datetime, op_id: UUID | None
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
    work: Work,
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

"""Goods go on from where they were put. Each step is a row of its own; none is edited."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4, uuid5

from core.actors import Actor
from core.errors import BadInput
from core.events import reference
from core.operations import operation
from core.transactions import requires_transaction
from inventory import services as inventory
from returns.models import Disposition, Return
from returns.queries.dispositions import count_left, describe_placed
from returns.queries.lots import find_lot
from returns.rules import IN_QUARANTINE, can_move_on
from returns.services.case import lock_case, tell
from returns.services.gathering import withdraw_goods
from returns.services.placing import name_bin, start_following
from returns.states import DispositionKind, RefurbishState

D = DispositionKind


@operation("return.move_goods_on")
def move_goods_on(
    *,
    return_id: int,
    version: int | None,
    disposition_id: int,
    to: str,
    quantity: int,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    because: str = "",
    bin_id: int | None = None,
) -> Disposition:
    """Send units on from where inspection, or whoever was last, put them.

    Back on sale only by somebody who had no part in putting them away. Raises BadInput,
    ActionBlocked with every reason, and NotEnoughStock where they were sold meanwhile.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    disposition = _get(case, disposition_id)
    if to not in D.values or quantity < 1:
        raise BadInput("Choose where how many of them go.", field="to")
    return move_on_locked(
        case=case,
        disposition=disposition,
        to=to,
        quantity=quantity,
        because=because,
        bin_id=bin_id,
        actor=actor,
        now=now,
        op_id=op_id,
    )


@requires_transaction
def move_on_locked(
    *,
    case: Return,
    disposition: Disposition,
    to: str,
    quantity: int,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
    because: str = "",
    bin_id: int | None = None,
) -> Disposition:
    """`move_goods_on` for a locked case, within the caller's transaction."""
    goods = describe_placed(disposition)
    verdict = can_move_on(goods, to=to, quantity=quantity, because=because, actor=actor.ref)
    verdict.require("The goods cannot go there.")
    _end_following(disposition, quantity, actor=actor, now=now, op_id=op_id)
    step = Disposition.objects.create(
        partner_id=disposition.partner_id,
        inspection=disposition.inspection,
        replaces=disposition,
        kind=to,
        quantity=quantity,
        because=because,
        bin_id=bin_id,
        decided_at=now,
        decided_by=actor.ref,
    )
    start_following(step, actor=actor, now=now, op_id=op_id)
    _move_stock(disposition, step, actor=actor, now=now, op_id=op_id)
    tell(
        case,
        "goods_moved_on",
        actor=actor,
        now=now,
        op_id=op_id,
        disposition=step.pk,
        units=quantity,
        **{"from": disposition.kind, "to": to, "because": because},
    )
    return step


def _get(case: Return, disposition_id: int) -> Disposition:
    found: Disposition | None = Disposition.objects.filter(
        pk=disposition_id, inspection__receipt_line__receipt__return_case=case
    ).first()
    if found is None:
        raise BadInput("Those goods are not of this case.", field="disposition_id")
    return found


def _end_following(
    disposition: Disposition, quantity: int, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """Work that was to be done on these units is called off; claims claim fewer."""
    is_all = quantity >= count_left(disposition)
    if disposition.kind == D.REFURBISH and is_all:
        work = disposition.refurbishment
        if work.state in (RefurbishState.WAITING, RefurbishState.UNDER_WAY):
            work.give_up()
            work.ended_at, work.ended_by = now, actor.ref
            work.save()
    elif disposition.kind == D.RETURN_TO_VENDOR:
        withdraw_goods(disposition, quantity, actor=actor, now=now, op_id=op_id)


def _move_stock(
    old: Disposition, new: Disposition, *, actor: Actor, now: dt.datetime, op_id: UUID | None
) -> None:
    """The ledger follows. What is not in the catalogue lies in no bucket."""
    row = old.inspection.receipt_line
    if row.variant_id is None:
        return
    what: dict[str, Any] = {
        "partner_id": row.partner_id,
        "variant_id": row.variant_id,
        "location_id": row.receipt.location_id,
        "lot": find_lot(row),
        "quantity": new.quantity,
        "reference": reference(new),
        "actor": actor,
        "now": now,
    }
    base = op_id or uuid4()
    if old.kind == D.RESTOCK:
        _off_the_shelf(what, new, base)
        name_bin(new)
        old = new
    if new.kind in IN_QUARANTINE:
        new.bin_id = new.bin_id or old.bin_id
        new.save(update_fields=["bin"])
        return
    what |= {"bin_id": old.bin_id, "op_id": uuid5(base, f"out:{new.pk}")}
    match D(new.kind):
        case D.RESTOCK:
            inventory.clear_quarantine(**what)
        case D.SCRAP:
            inventory.scrap_stock(**what)
        case D.RETURN_TO_CUSTOMER:
            inventory.give_back(**what)


def _off_the_shelf(what: dict[str, Any], new: Disposition, base: UUID) -> None:
    """Free units leave the shelf for quarantine first: from there every way out is known."""
    aside = {"bin_id": new.bin_id, "op_id": uuid5(base, f"aside:{new.pk}")}
    inventory.quarantine_stock(**what | aside)

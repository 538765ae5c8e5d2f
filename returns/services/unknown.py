"""Parcels that name no case: written down once, then taken over by a case or sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.errors import ActionBlocked, BadInput
from core.events import record, reference
from core.operations import operation
from core.transactions import requires_transaction
from inventory.models import Location
from orders.queries import match_variants
from returns.locks import lock_unknown_parcel
from returns.models import Receipt, Return, UnknownGoods, UnknownParcel
from returns.queries import list_awaited
from returns.rules import CountedLine, allot_goods, can_end_unknown
from returns.services.case import lock_case
from returns.services.receiving import receive_locked


@operation("unknown_parcel.open")
def open_unknown_parcel(
    *,
    partner_id: int,
    location_id: int,
    goods: Sequence[CountedLine],
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
    tracking_number: str = "",
    order_number: str = "",
) -> UnknownParcel:
    """Write down what lay in a parcel that nobody announced. Raises BadInput."""
    if not Location.objects.for_partner(partner_id).filter(pk=location_id).exists():
        raise BadInput("Choose where the parcel is.", field="location_id")
    if not goods and not tracking_number and not order_number:
        raise BadInput("Scan what is in it, or what stands on it.", field="goods")
    for line in goods:
        _check(line)
    parcel: UnknownParcel = UnknownParcel.objects.create(
        partner_id=partner_id,
        location_id=location_id,
        tracking_number=tracking_number,
        order_number=order_number,
        received_at=now,
        received_by=actor.ref,
    )
    known = match_variants(partner_id=partner_id, skus=[line.sku_found for line in goods])
    UnknownGoods.objects.bulk_create(
        UnknownGoods(
            partner_id=partner_id,
            parcel=parcel,
            variant_id=known.get(line.sku_found),
            sku_found=line.sku_found,
            serial_found=line.serial_found.upper(),
            lot_found=line.lot_found.strip(),
            quantity=line.quantity,
            damaged=line.damaged,
        )
        for line in goods
    )
    _record(parcel, "opened", actor=actor, now=now, op_id=op_id)
    return parcel


@operation("unknown_parcel.attach")
def attach_unknown_parcel(
    *,
    parcel_id: int,
    return_id: int,
    version: int | None,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> Receipt:
    """The parcel is of this case: its goods are received there, and nobody counts them again.

    Raises ActionBlocked where the case awaits nothing or the parcel was dealt with.
    """
    case = lock_case(return_id=return_id, version=version, actor=actor, now=now)
    parcel = lock_unknown_parcel(parcel_id)
    can_end_unknown(parcel.state).require("The parcel cannot be given to the case.")
    if parcel.partner_id != case.partner_id:
        raise BadInput("There is no such parcel here.", field="parcel_id")
    goods = list(parcel.goods.order_by("pk"))
    receipt = receive_locked(
        case=case,
        location_id=parcel.location_id,
        lines=allot_goods([_counted(line) for line in goods], list_awaited(case)),
        tracking_number=parcel.tracking_number,
        is_empty=not goods,
        actor=actor,
        now=now,
        op_id=op_id,
    )
    parcel.attach()
    parcel.receipt = receipt
    parcel.ended_at, parcel.ended_by = now, actor.ref
    parcel.save()
    _record(parcel, "attached", actor=actor, now=now, op_id=op_id, case=case)
    return receipt


@operation("unknown_parcel.send_back")
def send_unknown_parcel_back(
    *,
    parcel_id: int,
    carrier: str,
    tracking_number: str,
    actor: Actor,
    op_id: UUID,
    now: dt.datetime,
) -> UnknownParcel:
    """Nobody knows it: it goes back to whoever sent it. Raises ActionBlocked, BadInput."""
    parcel = lock_unknown_parcel(parcel_id)
    can_end_unknown(parcel.state).require("The parcel cannot be sent back.")
    if not carrier.strip():
        raise BadInput("Say which carrier took it.", field="carrier")
    parcel.send_back()
    parcel.sent_by, parcel.sent_under = carrier.strip(), tracking_number.strip()
    parcel.ended_at, parcel.ended_by = now, actor.ref
    parcel.save()
    _record(parcel, "sent_back", actor=actor, now=now, op_id=op_id)
    return parcel


@requires_transaction
def follow_unpacked_parcel(
    *,
    case: str,
    partner_id: int,
    location_id: int,
    tracking_number: str,
    lines: Sequence[Mapping[str, Any]],
    actor: Actor,
    now: dt.datetime,
    op_id: UUID,
) -> Receipt | UnknownParcel:
    """A warehouse has opened a parcel: counted on its case like anybody's count.

    A case that awaits nothing any more, and a count that cannot be, leave an unknown parcel for a
    person to look at.
    """
    goods = [
        CountedLine(
            return_line_id=None,
            quantity=line["quantity"],
            damaged=line["damaged"],
            sku_found=line["sku"],
            serial_found=line["serial"],
            lot_found=line.get("lot", ""),
        )
        for line in lines
    ]
    returned = lock_case(
        return_id=int(case.removeprefix("return:")), version=None, actor=actor, now=now
    )
    try:
        with transaction.atomic():
            return receive_locked(
                case=returned,
                location_id=location_id,
                lines=allot_goods(goods, list_awaited(returned)),
                tracking_number=tracking_number,
                actor=actor,
                now=now,
                op_id=op_id,
            )
    except (ActionBlocked, BadInput):
        return open_unknown_parcel(
            partner_id=partner_id,
            location_id=location_id,
            goods=goods,
            tracking_number=tracking_number,
            actor=actor,
            op_id=op_id,
            now=now,
        )


def _check(line: CountedLine) -> None:
    if line.quantity < 1 or not 0 <= line.damaged <= line.quantity:
        raise BadInput("Count at least one unit, damaged ones among them.", field="quantity")
    if not line.sku_found and not line.serial_found:
        raise BadInput("Say which SKU or serial number it is.", field="sku_found")


def _counted(line: UnknownGoods) -> CountedLine:
    return CountedLine(
        return_line_id=None,
        quantity=line.quantity,
        damaged=line.damaged,
        sku_found=line.sku_found,
        serial_found=line.serial_found,
        lot_found=line.lot_found,
    )


def _record(
    parcel: UnknownParcel,
    happened: str,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None,
    case: Return | None = None,
) -> None:
    record(
        kind=f"unknown_parcel.{happened}",
        partner_id=parcel.partner_id,
        subject=reference(parcel),
        case=reference(case) if case else "",
        actor=actor,
        op_id=op_id,
        now=now,
        data={"number": parcel.number, "location": parcel.location.code},
    )

"""What a report does: to parcels here, to stock below, and by its event to the case above.

Each effect asks whether it has happened already, so that a report that says what is known does
nothing. None sets a count: a warehouse's figure is compared, and a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypedDict
from uuid import UUID, uuid5

from core.actors import Actor
from core.errors import ActionBlocked, DomainError
from core.events import record, reference
from core.transactions import requires_transaction
from fulfilment import queries
from fulfilment.locks import find_told, lock_parcel, lock_shipment
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseReport
from fulfilment.reading import (
    Acknowledged,
    Counted,
    Moved,
    ReadReport,
    ReceivedGoods,
    ReceivedParcel,
    Shipped,
    ShortPicked,
)
from fulfilment.services.inbound import mark_arrived
from fulfilment.services.outbound import (
    lose_shipment,
    pick_shipment,
    pick_shipment_short,
    take_shipment_back,
)
from fulfilment.states import MessageState, ParcelState, ReportKind, ShipmentState
from inventory import services as inventory
from inventory.states import DiscrepancySource

REPORTS = UUID("6b1b8f0e-6a1c-4f0f-9a35-0d2c8e4b7a11")
S = ShipmentState
LEFT = (S.SHIPPED, S.DELIVERED, S.LOST, S.RETURNED_TO_SENDER)

Settled = tuple[str, str]  # what it was about, and what there is to say


class TooEarly(DomainError):
    """The report is about something the desk does not know, or not yet."""

    code = "too_early"


class Who(TypedDict):
    actor: Actor
    now: dt.datetime
    op_id: UUID


@requires_transaction
def apply_fact(
    report: WarehouseReport,
    read: ReadReport,
    *,
    actor: Actor,
    now: dt.datetime,
    op_id: UUID | None = None,
) -> Settled:
    """Do what the report says; returns its subject, and a remark where it changed nothing.

    Raises `TooEarly`, and what else refuses it.
    """
    who: Who = {"actor": actor, "now": now, "op_id": operation_of(report)}
    return _EFFECTS[read.kind](report.warehouse, read, who)


def operation_of(report: WarehouseReport, part: int = 0) -> UUID:
    """The same for the same report (and its same line), whoever applies it and when."""
    return uuid5(REPORTS, f"{report.public_id}:{part}")


def _acknowledge(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    assert isinstance(read.fact, Acknowledged)
    message = find_told(warehouse=warehouse, public_id=read.fact.message)
    if message is None:
        raise TooEarly(f"No message {read.fact.message} was sent to this warehouse.")
    if message.state == MessageState.ACKNOWLEDGED:
        return reference(message), "It was acknowledged already."
    message.acknowledge()
    message.acknowledged_at = who["now"]
    message.save()
    return reference(message), ""


def _pick(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    shipment = _shipment(warehouse, read)
    if shipment.state in (S.PICKED, *LEFT):
        return reference(shipment), f"It was {shipment.get_state_display().lower()} already."
    pick_shipment(shipment_id=shipment.pk, **who)
    return reference(shipment), ""


def _pick_short(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    assert isinstance(read.fact, ShortPicked)
    shipment = _shipment(warehouse, read)
    if shipment.state == S.SHORT_PICKED:
        return reference(shipment), "It was short picked already."
    found = {line.hold: line.quantity for line in read.fact.lines}
    lines = _short_lines(shipment, found)
    pick_shipment_short(shipment_id=shipment.pk, **who)
    _record(shipment, "short_picked", who, lines=lines)
    return reference(shipment), ""


def _short_lines(shipment: Shipment, found: dict[str, int]) -> list[dict[str, Any]]:
    """Every line with what was wanted and found; one that is not named was found in full."""
    lines = list(shipment.lines.order_by("pk"))
    unknown = found.keys() - {line.reservation for line in lines}
    if unknown:
        raise ActionBlocked(f"The parcel has nothing held as {', '.join(sorted(unknown))}.")
    if all(found.get(line.reservation, line.quantity) >= line.quantity for line in lines):
        raise ActionBlocked("Nothing of the parcel was short.")
    return [
        {
            "hold": line.reservation,
            "wanted": line.quantity,
            "found": min(found.get(line.reservation, line.quantity), line.quantity),
        }
        for line in lines
    ]


def _ship(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    """The case above ships it, with the holds and the order that belong to it."""
    assert isinstance(read.fact, Shipped)
    shipment = _shipment(warehouse, read)
    if shipment.state in LEFT:
        return reference(shipment), "It had left already."
    if shipment.state not in (S.RELEASED, S.PICKED):
        raise ActionBlocked(f"The shipment is {shipment.get_state_display().lower()} here.")
    carrier = read.fact.carrier or shipment.carrier
    if not carrier:
        raise ActionBlocked("Nobody said which carrier took it.")
    number = read.fact.tracking_number
    _record(shipment, "shipped", who, carrier=carrier, tracking_number=number)
    return reference(shipment), ""


def _deliver(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    shipment = _shipment(warehouse, read)
    if shipment.state == S.DELIVERED:
        return reference(shipment), "It was delivered already."
    _require_left(shipment)
    _record(shipment, "delivered", who)
    return reference(shipment), ""


def _lose(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    shipment = _shipment(warehouse, read)
    if shipment.state == S.LOST:
        return reference(shipment), "It was lost already."
    _require_left(shipment)
    lose_shipment(shipment_id=shipment.pk, **who)
    return reference(shipment), ""


def _come_back(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    shipment = _shipment(warehouse, read)
    if shipment.state == S.RETURNED_TO_SENDER:
        return reference(shipment), "It was back already."
    _require_left(shipment)
    take_shipment_back(shipment_id=shipment.pk, **who)
    return reference(shipment), ""


def _require_left(shipment: Shipment) -> None:
    """What shipped it may still be on its way through the outbox."""
    if shipment.state in (S.RELEASED, S.PICKED, S.SHORT_PICKED):
        raise TooEarly("The shipment has not left here yet.")


def _count(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    """A count is compared with the ledger of its own moment; it changes nothing by itself."""
    assert isinstance(read.fact, Counted)
    fact = read.fact
    variant = queries.find_variant(warehouse, fact.sku)
    if variant is None:
        raise TooEarly(f"No SKU {fact.sku} is known here.")
    expected = queries.get_units_at(
        variant_id=variant.pk,
        location_id=warehouse.location_id,
        lot=fact.lot,
        bucket=fact.bucket,
        at=fact.at,
    )
    if expected == fact.quantity:
        return reference(variant), f"Agrees: {expected}."
    discrepancy = inventory.open_discrepancy(
        partner_id=warehouse.partner_id,
        variant_id=variant.pk,
        location_id=warehouse.location_id,
        lot=fact.lot,
        bucket=fact.bucket,
        source=DiscrepancySource.WAREHOUSE,
        reference=f"warehouse:{warehouse.pk}",
        expected=expected,
        counted=fact.quantity,
        counted_at=fact.at,
        **who,
    )
    subject = reference(discrepancy or variant)
    return subject, f"{expected} expected, {fact.quantity} counted."


def _receive(warehouse: Warehouse, read: ReadReport, who: Who) -> Settled:
    if isinstance(read.fact, ReceivedParcel):
        return _receive_parcel(warehouse, read.fact, who)
    assert isinstance(read.fact, ReceivedGoods)
    levels = []
    for number, line in enumerate(read.fact.lines):
        variant = queries.find_variant(warehouse, line.sku)
        if variant is None:
            raise TooEarly(f"No SKU {line.sku} is known here.")
        shelf = queries.find_bin(warehouse, line.bin)
        level = inventory.receive_stock(
            partner_id=warehouse.partner_id,
            variant_id=variant.pk,
            location_id=warehouse.location_id,
            quantity=line.quantity,
            lot=line.lot,
            bin_id=shelf.pk if shelf else None,
            actor=who["actor"],
            now=who["now"],
            op_id=uuid5(who["op_id"], str(number)),
        )
        levels.append(reference(level))
    return levels[0], ""


def _receive_parcel(warehouse: Warehouse, fact: ReceivedParcel, who: Who) -> Settled:
    found = InboundParcel.objects.filter(
        location=warehouse.location_id, public_id=fact.parcel
    ).first()
    if found is None:
        raise TooEarly(f"No parcel {fact.parcel} was announced to this warehouse.")
    parcel = lock_parcel(found.pk)
    is_known = parcel.state == ParcelState.ARRIVED and not fact.lines
    if is_known or parcel.state in (ParcelState.COUNTED, ParcelState.CLOSED):
        return reference(parcel), f"It was {parcel.get_state_display().lower()} already."
    if parcel.state != ParcelState.ARRIVED:
        mark_arrived(parcel_id=parcel.pk, **who)
    if fact.lines:  # whoever the case belongs to counts them there, as anybody at the dock would
        record(
            kind="warehouse.unpacked",
            partner_id=parcel.partner_id,
            subject=reference(parcel),
            case=parcel.case,
            data={
                "parcel": parcel.pk,
                "location": parcel.location_id,
                "tracking_number": parcel.tracking_number,
                "lines": [asdict(line) for line in fact.lines],
            },
            **who,
        )
    return reference(parcel), ""


def _shipment(warehouse: Warehouse, read: ReadReport) -> Shipment:
    """The parcel a report is about, locked. One of another location does not exist for them."""
    assert isinstance(read.fact, Moved | ShortPicked | Shipped)
    found = Shipment.objects.filter(
        location=warehouse.location_id, public_id=read.fact.shipment
    ).first()
    if found is None:
        raise TooEarly(f"No shipment {read.fact.shipment} was given to this warehouse.")
    return lock_shipment(found.pk)


def _record(shipment: Shipment, happened: str, who: Who, **more: Any) -> None:
    record(
        kind=f"warehouse.{happened}",
        partner_id=shipment.partner_id,
        subject=reference(shipment),
        case=shipment.case,
        data={"shipment": shipment.pk, "reference": shipment.reference, **more},
        **who,
    )


_EFFECTS: dict[ReportKind, Callable[[Warehouse, ReadReport, Who], Settled]] = {
    ReportKind.ACKNOWLEDGED: _acknowledge,
    ReportKind.PICKED: _pick,
    ReportKind.SHORT_PICKED: _pick_short,
    ReportKind.SHIPPED: _ship,
    ReportKind.DELIVERED: _deliver,
    ReportKind.LOST: _lose,
    ReportKind.RETURNED_TO_SENDER: _come_back,
    ReportKind.COUNTED: _count,
    ReportKind.RECEIVED: _receive,
}

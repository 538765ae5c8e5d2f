"""What messages are made of: the events that tell of what stands, and the facts they lack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from core.events import reference
from core.models import Event
from fulfilment.models import InboundParcel, Shipment, Warehouse, WarehouseMessage
from fulfilment.states import MessageKind, MessageState, ParcelState, ShipmentState
from inventory.models import Reservation
from inventory.states import LIVE
from orders.models import OrderAddress

MADE_OR_KEPT = (
    *("reservation.made", "reservation.extended"),
    *("reservation.committed", "reservation.split"),
)
ADDRESS_FIELDS = (
    *("name", "company", "line1", "line2", "city"),
    *("region", "postcode", "country", "phone"),
)


def was_told(warehouse: Warehouse, *, kind: MessageKind, subject: str) -> bool:
    """Whether the warehouse has a message of this kind about `subject`, sent or not."""
    return WarehouseMessage.objects.filter(warehouse=warehouse, kind=kind, subject=subject).exists()


def list_events_of_live_holds(warehouse: Warehouse) -> list[Event]:
    """The last event of each hold that is live at the warehouse's location, oldest first."""
    live = Reservation.objects.filter(location=warehouse.location_id, state__in=LIVE)
    return _last_events([reference(hold) for hold in live], MADE_OR_KEPT)


def list_events_of_released_shipments(warehouse: Warehouse) -> list[Event]:
    """What released the parcels that have yet to leave, oldest first."""
    waiting = (ShipmentState.RELEASED, ShipmentState.PICKED)
    parcels = Shipment.objects.filter(location=warehouse.location_id, state__in=waiting)
    return _last_events([reference(parcel) for parcel in parcels], ("shipment.released",))


def list_events_of_announced_parcels(warehouse: Warehouse) -> list[Event]:
    """What announced the parcels that have yet to arrive, oldest first."""
    awaited = (ParcelState.LABEL_MADE, ParcelState.IN_TRANSIT)
    parcels = InboundParcel.objects.filter(location=warehouse.location_id, state__in=awaited)
    return _last_events([reference(parcel) for parcel in parcels], ("parcel.announced",))


def _last_events(subjects: list[str], kinds: Iterable[str]) -> list[Event]:
    of_kind = Event.objects.filter(subject__in=subjects, kind__in=kinds).order_by()
    last = of_kind.values("subject").annotate(last=Max("pk")).values_list("last", flat=True)
    return list(Event.objects.filter(pk__in=list(last)).order_by("pk"))


def map_holds(numbers: Iterable[str]) -> dict[str, Reservation]:
    """Holds by their number, with the place where each lies."""
    holds = Reservation.objects.filter(number__in=set(numbers)).select_related(
        "variant", "stock_level", "bin"
    )
    return {hold.number: hold for hold in holds}


def complete_body(message: WarehouseMessage) -> dict[str, Any]:
    """The body as it leaves: with the address that a parcel goes to, as it stands now."""
    body: dict[str, Any] = dict(message.body)
    kind, _, pk = body.get("ship_to", "").partition(":")
    if kind == "orderaddress":
        address = OrderAddress.objects.for_partner(message.partner_id).filter(pk=pk).first()
        body["ship_to"] = {field: getattr(address, field, "") for field in ADDRESS_FIELDS}
    return body


def get_sequence_before(message: WarehouseMessage) -> int:
    """The number that the warehouse was told before this one; what was given up is not waited for.

    0 for the first.
    """
    earlier = WarehouseMessage.objects.filter(
        warehouse=message.warehouse_id, sequence__lt=message.sequence
    ).exclude(state=MessageState.DEAD)
    return int(earlier.aggregate(last=Max("sequence"))["last"] or 0)

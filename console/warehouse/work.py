"""The lists of the warehouse: to receive, to inspect, to ship, on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from console.badges import return_badge
from console.components import Badge
from console.reader import Reader
from console.rights import Rights
from console.warehouse.afterwards import (
    list_to_claim,
    list_to_refurbish,
    list_to_send_back,
    list_unknown,
)
from console.warehouse.page import WorkList, WorkRow
from core.events import reference
from core.roles import Permission
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment
from fulfilment.states import ShipmentState
from inventory.models import Location
from returns.models import ReceiptLine, Return
from returns.rules import GOODS_ARE_HERE
from returns.states import ReturnState

SHOWN = 25
TO_RECEIVE = (ReturnState.AUTHORISED, ReturnState.IN_TRANSIT, ReturnState.PARTLY_RECEIVED)
TO_SHIP = (ShipmentState.RELEASED, ShipmentState.PICKED)


def list_locations(rights: Rights) -> list[Location]:
    locations = Location.objects.visible_to(rights.user, Permission.RECEIVE_GOODS)
    return list(locations.filter(is_active=True).order_by("name"))


def list_work(rights: Rights, reader: Reader, *, at: str = "") -> list[WorkList]:
    """What is to be done, oldest first; `at` is the code of a centre."""
    return [
        _to_inspect(rights, reader, at),
        list_unknown(rights, reader, at),
        _to_ship(rights, reader, at),
        list_to_send_back(rights, reader, at),
        list_to_refurbish(rights, reader, at),
        list_to_claim(rights, reader, at),
        _to_receive(rights, reader, at),
        _on_the_way(rights, reader, at),
    ]


def draw_case_rows(cases: Iterable[Return], reader: Reader) -> list[WorkRow]:
    found = list(cases)
    parcels = _parcels_of(found)
    return [_case_row(case, parcels.get(reference(case)), reader) for case in found]


def _to_receive(rights: Rights, reader: Reader, at: str) -> WorkList:
    cases = _cases(rights, at).filter(state__in=TO_RECEIVE)
    return WorkList(
        title="To receive",
        says="announced by customers, soonest due first",
        rows=draw_case_rows(cases.order_by("send_back_by", "pk")[:SHOWN], reader),
        count=cases.count(),
        empty="No parcel is announced.",
    )


def _to_inspect(rights: Rights, reader: Reader, at: str) -> WorkList:
    cases = _cases(rights, at).filter(_has_ungraded(), state__in=GOODS_ARE_HERE)
    return WorkList(
        title="To inspect",
        says="counted and not graded yet",
        rows=draw_case_rows(cases.order_by("opened_at", "pk")[:SHOWN], reader),
        count=cases.count(),
        empty="Everything received is inspected.",
    )


def _to_ship(rights: Rights, reader: Reader, at: str) -> WorkList:
    shipments = _shipments(rights, at).filter(state__in=TO_SHIP)
    return WorkList(
        title="To pick and ship",
        says="released by the desk, earliest promise first",
        rows=_shipment_rows(shipments.order_by("promised_on", "pk")[:SHOWN], reader),
        count=shipments.count(),
        empty="Nothing waits to leave.",
    )


def _on_the_way(rights: Rights, reader: Reader, at: str) -> WorkList:
    shipments = _shipments(rights, at).filter(state=ShipmentState.SHIPPED)
    return WorkList(
        title="On the way",
        says="left the dock, not delivered yet",
        rows=_shipment_rows(shipments.order_by("promised_on", "pk")[:SHOWN], reader),
        count=shipments.count(),
        empty="No parcel of ours is on the road.",
    )


def _cases(rights: Rights, at: str) -> QuerySet[Return]:
    cases: QuerySet[Return] = (
        Return.objects.visible_to(rights.user, Permission.RECEIVE_GOODS)
        .select_related("customer")
        .prefetch_related("lines__order_line")
    )
    if not at:
        return cases
    case = Concat(Value("return:"), Cast(OuterRef("pk"), CharField()))
    return cases.filter(Exists(InboundParcel.objects.filter(case=case, location__code=at)))


def _has_ungraded() -> Exists:
    graded = Coalesce(Sum("inspections__quantity"), 0)
    rows = ReceiptLine.objects.filter(receipt__return_case=OuterRef("pk")).annotate(graded=graded)
    return Exists(rows.filter(graded__lt=F("quantity")))


def _shipments(rights: Rights, at: str) -> QuerySet[Shipment]:
    shipments: QuerySet[Shipment] = Shipment.objects.visible_to(
        rights.user, Permission.SHIP_GOODS
    ).filter(reference__startswith="exchange:")
    if at:
        shipments = shipments.filter(location__code=at)
    return shipments.select_related("location").prefetch_related("lines__order_line")


def _parcels_of(cases: Iterable[Return]) -> dict[str, InboundParcel]:
    references = [reference(case) for case in cases]
    parcels = InboundParcel.objects.filter(case__in=references).select_related("location")
    return {parcel.case: parcel for parcel in parcels.order_by("pk")}


def _case_row(case: Return, parcel: InboundParcel | None, reader: Reader) -> WorkRow:
    lines = list(case.lines.all())
    awaited = sum(line.awaited for line in lines)
    parts = [f"{awaited} of {sum(line.quantity for line in lines)} awaited"] if awaited else []
    if parcel:
        parts.append(f"at {parcel.location.name}")
    if case.send_back_by and awaited:
        parts.append(f"until {reader.day(case.send_back_by)}")
    return WorkRow(
        number=case.number,
        url=reverse("console:inspect", args=[case.number]),
        goods=", ".join(f"{line.quantity} × {line.order_line.title}" for line in lines),
        detail=" · ".join([str(case.customer), *parts]),
        badge=return_badge(case.state),
    )


def _shipment_rows(shipments: Iterable[Shipment], reader: Reader) -> list[WorkRow]:
    found = list(shipments)
    numbers = _numbers_of(found)
    return [_shipment_row(each, numbers, reader) for each in found if each.reference in numbers]


def _numbers_of(shipments: Iterable[Shipment]) -> dict[str, str]:
    """“exchange:7” → the number of its case."""
    pks = [each.reference.partition(":")[2] for each in shipments]
    rows = Exchange.objects.filter(pk__in=pks).values_list("pk", "return_case__number")
    return {f"exchange:{pk}": number for pk, number in rows}


def _shipment_row(shipment: Shipment, numbers: dict[str, str], reader: Reader) -> WorkRow:
    number = numbers[shipment.reference]
    is_late = _is_late(shipment, reader.now)
    word = str(ShipmentState(shipment.state).label)
    parts = [f"from {shipment.location.name}", shipment.carrier, shipment.tracking_number]
    if shipment.promised_on:
        parts.append(f"promised {reader.day(shipment.promised_on)}")
    leads_to = "case" if shipment.state == ShipmentState.SHIPPED else "ship"
    return WorkRow(
        number=number,
        url=reverse(f"console:{leads_to}", args=[number]),
        goods=", ".join(
            f"{line.quantity} × {line.order_line.title}" for line in shipment.lines.all()
        ),
        detail=" · ".join(part for part in parts if part),
        badge=Badge(word="Late", tone="bad") if is_late else Badge(word=word, tone="info"),
    )


def _is_late(shipment: Shipment, now: dt.datetime) -> bool:
    return shipment.promised_on is not None and shipment.promised_on < now.date()

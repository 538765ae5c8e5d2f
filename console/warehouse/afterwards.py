"""The lists of what follows inspection, and of parcels that nobody knows."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from console.components import Badge
from console.reader import Reader
from console.rights import Rights
from console.warehouse.page import WorkList, WorkRow
from core.roles import Permission
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from returns.models import Claim, Disposition, Refurbishment, UnknownParcel
from returns.queries import count_left
from returns.states import ClaimState, RefurbishState, UnknownState

SHOWN = 25
PREFIX = "disposition:"
TO_SEND = (ShipmentState.RELEASED, ShipmentState.PICKED)
SEE = Permission.RECEIVE_GOODS


def list_unknown(rights: Rights, reader: Reader, at: str) -> WorkList:
    parcels = UnknownParcel.objects.visible_to(rights.user, SEE).filter(state=UnknownState.OPEN)
    if at:
        parcels = parcels.filter(location__code=at)
    rows = parcels.select_related("location").prefetch_related("goods").order_by("received_at")
    return WorkList(
        title="Unknown parcels",
        says="they name no case yet",
        url=reverse("console:unknown_parcels"),
        rows=[_unknown(parcel, reader) for parcel in rows[:SHOWN]],
        count=parcels.count(),
        empty="Every parcel found its case.",
    )


def list_to_refurbish(rights: Rights, reader: Reader, at: str) -> WorkList:
    works = Refurbishment.objects.visible_to(rights.user, SEE).filter(
        state__in=(RefurbishState.WAITING, RefurbishState.UNDER_WAY)
    )
    if at:
        works = works.filter(disposition__inspection__receipt_line__receipt__location__code=at)
    rows = works.select_related(
        "disposition__bin",
        "disposition__inspection__receipt_line__variant__product",
        "disposition__inspection__receipt_line__receipt__location",
        "disposition__inspection__receipt_line__receipt__return_case",
    ).order_by("asked_at", "pk")
    return WorkList(
        title="To refurbish",
        says="in quarantine until it is put right",
        url=reverse("console:refurbishing"),
        rows=[_work(work, reader) for work in rows[:SHOWN]],
        count=works.count(),
        empty="Nothing waits for the workshop.",
    )


def list_to_send_back(rights: Rights, reader: Reader, at: str) -> WorkList:
    shipments = Shipment.objects.visible_to(rights.user, Permission.SHIP_GOODS).filter(
        reference__startswith=PREFIX, state__in=(*TO_SEND, ShipmentState.SHIPPED)
    )
    if at:
        shipments = shipments.filter(location__code=at)
    rows = list(shipments.select_related("location").order_by("pk")[:SHOWN])
    return WorkList(
        title="To send back",
        says="goods that stay the customer’s",
        rows=_send_backs(rows, reader),
        count=shipments.count(),
        empty="Nobody waits for their own goods.",
    )


def list_to_claim(rights: Rights, reader: Reader, at: str) -> WorkList:
    claims = Claim.objects.visible_to(rights.user, SEE).filter(
        state=ClaimState.OPEN, lines__is_withdrawn=False
    )
    if at:
        claims = claims.filter(location__code=at)
    claims = claims.distinct()
    rows = claims.select_related("location").prefetch_related("lines").order_by("opened_at")
    return WorkList(
        title="To claim",
        says="suppliers and carriers to be written to",
        url=reverse("console:claims"),
        rows=[_claim(claim, reader) for claim in rows[:SHOWN]],
        count=claims.count(),
        empty="Nothing waits to be claimed.",
    )


def _unknown(parcel: UnknownParcel, reader: Reader) -> WorkRow:
    goods = ", ".join(
        f"{each.quantity} × {each.sku_found or each.serial_found}" for each in parcel.goods.all()
    )
    label = parcel.tracking_number or "no tracking number"
    return WorkRow(
        number=parcel.number,
        url=reverse("console:unknown_parcel", args=[parcel.number]),
        goods=goods or "An empty box",
        detail=f"at {parcel.location.name} · {label} · {reader.ago(parcel.received_at)} old",
        badge=Badge(word="No case", tone="warn"),
    )


def _work(work: Refurbishment, reader: Reader) -> WorkRow:
    placed = work.disposition
    row = placed.inspection.receipt_line
    title = row.variant.full_title if row.variant else row.sku_found
    where = f"bin {placed.bin.code} at " if placed.bin else "at "
    is_begun = work.state == RefurbishState.UNDER_WAY
    return WorkRow(
        number=row.receipt.return_case.number,
        url=reverse("console:refurbishment", args=[work.pk]),
        goods=f"{count_left(placed)} × {title}",
        detail=f"{where}{row.receipt.location.name} · {reader.ago(work.asked_at)} old",
        badge=Badge(word=str(work.get_state_display()), tone="info" if is_begun else "warn"),
    )


def _send_backs(shipments: list[Shipment], reader: Reader) -> list[WorkRow]:
    pks = [each.reference.removeprefix(PREFIX) for each in shipments]
    placed = {
        f"{PREFIX}{each.pk}": each
        for each in Disposition.objects.filter(pk__in=pks).select_related(
            "inspection__receipt_line__variant__product",
            "inspection__receipt_line__receipt__return_case__customer",
        )
    }
    return [_send_back(each, placed[each.reference]) for each in shipments]


def _send_back(shipment: Shipment, placed: Disposition) -> WorkRow:
    row = placed.inspection.receipt_line
    case = row.receipt.return_case
    title = row.variant.full_title if row.variant else row.sku_found
    is_gone = shipment.state == ShipmentState.SHIPPED
    label = f"{shipment.carrier} {shipment.tracking_number}".strip()
    parts = [str(case.customer), f"from {shipment.location.name}", label]
    return WorkRow(
        number=case.number,
        url=reverse("console:send_back", args=[shipment.public_id]),
        goods=f"{placed.quantity} × {title}",
        detail=" · ".join(part for part in parts if part),
        badge=Badge(
            word="On the way" if is_gone else "To pack", tone="info" if is_gone else "warn"
        ),
    )


def _claim(claim: Claim, reader: Reader) -> WorkRow:
    lines = [line for line in claim.lines.all() if not line.is_withdrawn]
    amount = sum((line.unit_value * line.quantity for line in lines), Decimal(0))
    units = sum(line.quantity for line in lines)
    return WorkRow(
        number=claim.number,
        url=reverse("console:claim", args=[claim.number]),
        goods=f"{claim.name}: {units} unit{'' if units == 1 else 's'}",
        detail=f"{reader.money(amount, claim.currency)} · at {claim.location.name} · "
        f"{reader.ago(claim.opened_at)} old",
        badge=Badge(word=str(claim.get_against_display()), tone="plain"),
    )

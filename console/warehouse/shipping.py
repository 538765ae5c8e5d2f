"""Sending a replacement: what to fetch from which bin, then carrier and tracking number."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.components import Banner, EmptyState, GoodsLine
from console.reader import Reader
from console.refusals import Stamp, refusal_banner, stamp
from console.rights import rights_of
from console.warehouse.page import PackedLine, PackedParcel, ShipPage
from console.warehouse.work import TO_SHIP
from core.actors import Actor
from core.errors import DomainError
from core.events import reference
from core.permissions import requires
from core.roles import Permission
from exchanges.models import Exchange
from exchanges.queries import get_exchange, read_facts
from exchanges.rules import can_ship
from exchanges.services import ship_replacement
from fulfilment.models import Shipment, ShipmentLine
from fulfilment.queries import list_shipments
from inventory.models import Reservation
from returns.models import Return


class ShipForm(forms.Form):
    """The label on the parcel."""

    use_required_attribute = False

    carrier = forms.CharField(max_length=40)
    tracking_number = forms.CharField(required=False, max_length=80)
    shipment = forms.IntegerField(widget=forms.HiddenInput)


@requires(Permission.SHIP_GOODS)
def ship(request: HttpRequest, number: str) -> HttpResponse:
    """The parcels of a case that wait to leave; sent, one has left."""
    rights = rights_of(request)
    cases = Return.objects.visible_to(rights.user, Permission.SHIP_GOODS)
    case = cases.select_related("customer").filter(number=number).first()
    if case is None:
        raise Http404(number)
    exchange = get_exchange(return_id=case.pk)
    if request.method == "POST" and exchange is not None:
        return _send(request, case, exchange)
    return _draw(request, case, exchange)


def _send(request: HttpRequest, case: Return, exchange: Exchange) -> HttpResponse:
    form, sent, reader = ShipForm(request.POST), Stamp(request.POST), Reader.of(request)
    if not form.is_valid():
        return _draw(request, case, exchange, form=form, status=422)
    known = sent.cleaned_data if sent.is_valid() else {}
    try:
        ship_replacement(
            exchange_id=exchange.pk,
            carrier=form.cleaned_data["carrier"],
            tracking_number=form.cleaned_data["tracking_number"],
            shipment_id=form.cleaned_data["shipment"],
            version=known.get("version", 0),
            op_id=known.get("op_id") or uuid4(),
            actor=Actor.user(reader.user),
            now=reader.now,
        )
    except DomainError as error:
        case.refresh_from_db()
        banner = refusal_banner(error)
        return _draw(request, case, exchange, form=form, banner=banner, status=error.status)
    messages.success(request, "The parcel has left. The customer is told by e-mail.")
    return redirect("console:warehouse")


def _draw(
    request: HttpRequest,
    case: Return,
    exchange: Exchange | None,
    *,
    form: ShipForm | None = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    reader = Reader.of(request)
    shipments = _list_waiting(exchange)
    page = ShipPage(
        number=case.number,
        case_url=reverse("console:case", args=[case.number]),
        about=str(case.customer),
        url=reverse("console:ship", args=[case.number]),
        stamp=stamp(version=case.version) | _same_operation(request),
        parcels=[_parcel(each, form, reader) for each in shipments],
        banner=banner,
        empty=None if shipments else _nothing_waits(exchange),
    )
    return render(request, "console/ship.html", {"ship": page}, status=status)


def _same_operation(request: HttpRequest) -> dict[str, str]:
    op_id = request.POST.get("op_id", "")
    return {"op_id": op_id} if op_id else {}


def _list_waiting(exchange: Exchange | None) -> list[Shipment]:
    shipments = list_shipments(reference(exchange)) if exchange else []
    return [shipment for shipment in shipments if shipment.state in TO_SHIP]


def _nothing_waits(exchange: Exchange | None) -> EmptyState:
    reasons = can_ship(read_facts(exchange)).reasons if exchange else ()
    return EmptyState(
        title="No parcel waits to leave",
        words=" ".join(reasons) or "This case sends nothing out.",
        icon="truck",
    )


def _parcel(shipment: Shipment, form: ShipForm | None, reader: Reader) -> PackedParcel:
    lines = list(shipment.lines.select_related("order_line__variant__product"))
    holds = _holds_of(lines)
    promised = [f"promised {reader.day(shipment.promised_on)}"] if shipment.promised_on else []
    return PackedParcel(
        title=f"From {shipment.location.name}",
        about=" · ".join([*promised, shipment.get_state_display().lower()]),
        lines=[_packed(line, holds.get(line.reservation)) for line in lines],
        form=_form_for(shipment, form),
        shipment=str(shipment.pk),
    )


def _form_for(shipment: Shipment, form: ShipForm | None) -> ShipForm:
    if form is not None and str(form.data.get("shipment")) == str(shipment.pk):
        return form
    initial: dict[str, Any] = {
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "shipment": shipment.pk,
    }
    return ShipForm(initial=initial, auto_id=f"id_{shipment.pk}_%s")


def _holds_of(lines: list[ShipmentLine]) -> dict[str, Reservation]:
    numbers = [line.reservation for line in lines if line.reservation]
    holds = Reservation.objects.filter(number__in=numbers).select_related("bin")
    return {hold.number: hold for hold in holds}


def _packed(line: ShipmentLine, hold: Reservation | None) -> PackedLine:
    sold = line.order_line
    return PackedLine(
        goods=GoodsLine(
            title=sold.title,
            sku=sold.sku,
            category=sold.variant.product.category if sold.variant else "",
            amount=f"× {line.quantity}",
        ),
        bin=hold.bin.code if hold and hold.bin else "no bin named",
        hold=line.reservation,
    )

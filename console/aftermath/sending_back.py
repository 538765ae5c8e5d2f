"""A parcel that takes goods back to their customer: what to fetch, and that it has left."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from console.aftermath.drawing import answer, facts_of, goods_of
from console.aftermath.page import Question, RecordPage
from console.components import Badge, Banner, Fact
from console.reader import Reader
from console.rights import rights_of
from console.sending import operation_of
from core.permissions import requires
from core.roles import Permission
from fulfilment.models import Shipment
from fulfilment.states import ShipmentState
from returns.models import Disposition
from returns.services import confirm_goods_back, send_goods_back

PREFIX = "disposition:"
TO_SEND = (ShipmentState.RELEASED, ShipmentState.PICKED)


class SentForm(forms.Form):
    use_required_attribute = False

    carrier = forms.CharField(max_length=40)
    tracking_number = forms.CharField(required=False, max_length=80)


@requires(Permission.SHIP_GOODS)
def parcel(request: HttpRequest, shipment: str) -> HttpResponse:
    """Sent, it has left; sent once more after that, it is with the customer."""
    visible = Shipment.objects.visible_to(rights_of(request).user, Permission.SHIP_GOODS)
    found = get_object_or_404(
        visible.select_related("location"), public_id=shipment, reference__startswith=PREFIX
    )
    show = partial(_show, request, found)
    if request.method != "POST":
        return show()
    to = reverse("console:warehouse")
    if found.state in TO_SEND:
        return answer(
            request,
            show,
            send_goods_back,
            form=SentForm(request.POST),
            done="The parcel has left.",
            to=to,
            shipment_id=found.pk,
        )
    if found.state == ShipmentState.SHIPPED:
        return answer(
            request,
            show,
            confirm_goods_back,
            done="The customer has it again.",
            to=to,
            shipment_id=found.pk,
        )
    raise Http404(shipment)


def _show(
    request: HttpRequest,
    shipment: Shipment,
    *,
    form: Any = None,
    banner: Banner | None = None,
    status: int = 200,
) -> HttpResponse:
    placed = Disposition.objects.select_related(
        "replaces__bin",
        "inspection__receipt_line__variant__product",
        "inspection__receipt_line__return_line__order_line",
        "inspection__receipt_line__receipt__location",
        "inspection__receipt_line__receipt__return_case",
    ).get(pk=shipment.reference.removeprefix(PREFIX))
    row = placed.inspection.receipt_line
    case = row.receipt.return_case
    bin_ = placed.replaces.bin if placed.replaces else None
    page = RecordPage(
        title=f"Send back to {case.customer}",
        code=case.number,
        back_label="Warehouse",
        back_url=reverse("console:warehouse"),
        badge=Badge(word=str(shipment.get_state_display()), tone="info"),
        lines=[
            goods_of(
                row,
                units=placed.quantity,
                detail=f"fetch from bin {bin_.code}" if bin_ else f"at {row.receipt.location.name}",
            )
        ],
        facts=[
            *facts_of(placed, reverse("console:case", args=[case.number])),
            *_sent(shipment, Reader.of(request)),
        ],
        questions=_questions(request, shipment, form),
        banner=banner,
    )
    return render(request, "console/warehouse_record.html", {"record": page}, status=status)


def _sent(shipment: Shipment, reader: Reader) -> list[Fact]:
    facts = []
    if shipment.shipped_at:
        facts.append(Fact(term="Left", value=reader.moment(shipment.shipped_at)))
        label = " ".join(part for part in (shipment.carrier, shipment.tracking_number) if part)
        facts.append(Fact(term="Under", value=label, is_code=True))
    if shipment.delivered_at:
        facts.append(Fact(term="Delivered", value=reader.moment(shipment.delivered_at)))
    return facts


def _questions(request: HttpRequest, shipment: Shipment, form: Any) -> list[Question]:
    url = reverse("console:send_back", args=[shipment.public_id])
    fields = {"op_id": operation_of(request)}
    if shipment.state in TO_SEND:
        initial = {"carrier": shipment.carrier}
        return [
            Question(
                label="It has left",
                says="With the address of the order on it.",
                url=url,
                fields=fields,
                form=form or SentForm(initial=initial),
                kind="primary",
            )
        ]
    if shipment.state == ShipmentState.SHIPPED:
        return [
            Question(
                label="It is delivered",
                says="The customer has their goods again.",
                url=url,
                fields=fields,
                kind="primary",
            )
        ]
    return []

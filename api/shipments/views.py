from __future__ import annotations

from collections.abc import Sequence

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.finding import find_by_id
from api.pages import PageQuestion, cut
from api.scopes import Scope
from api.shapes import Listed
from api.shipments.actions import of_parcel, of_shipment
from api.shipments.telling import (
    ParcelNow,
    ParcelTold,
    ShipmentNow,
    ShipmentTold,
    parcel,
    shipment,
    with_all,
)
from api.views import ApiView
from core import clock
from exchanges.models import Exchange
from fulfilment.models import InboundParcel, Shipment
from fulfilment.states import ParcelState, ShipmentState
from returns.models import Return


class ShipmentQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=ShipmentState.choices, required=False)
    order = serializers.CharField(required=False, max_length=40, help_text="An order's id.")
    tracking_number = serializers.CharField(required=False, max_length=80)


class ParcelQuestion(PageQuestion):
    state = serializers.ChoiceField(choices=ParcelState.choices, required=False)
    tracking_number = serializers.CharField(required=False, max_length=80)


class Shipments(ApiView):
    """Goods on their way to customers."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    question = ShipmentQuestion
    answers = {"GET": Listed[ShipmentTold]}
    columns = {
        "state": "state",
        "order": "order__public_id",
        "tracking_number": "tracking_number",
    }

    def get(self, request: Request) -> Response:
        page = cut(with_all(self.narrow(Shipment.objects.for_partner(self.partner))), self.asked)
        return Response(page.answer([shipment(row, livemode=self.livemode) for row in page.rows]))


class OneShipment(ApiView):
    """One parcel out, with what is in it."""

    scopes = {"GET": Scope.READ_EXCHANGES}
    answers = {"GET": ShipmentNow}

    def get(self, request: Request, reference: str) -> Response:
        rows = with_all(Shipment.objects.for_partner(self.partner))
        found = find_by_id(rows, reference, what="shipment")
        kind, _, key = found.reference.partition(":")
        mine = Exchange.objects.for_partner(self.partner)
        exchange = mine.filter(pk=key).first() if kind == "exchange" else None
        return Response(
            {
                **shipment(found, livemode=self.livemode),
                "exchange": exchange.public_id if exchange else None,
                "allowed_actions": of_shipment(found, exchange),
            }
        )


class Parcels(ApiView):
    """Goods on their way back."""

    scopes = {"GET": Scope.READ_RETURNS}
    question = ParcelQuestion
    answers = {"GET": Listed[ParcelTold]}
    columns = {"state": "state", "tracking_number": "tracking_number"}

    def get(self, request: Request) -> Response:
        rows = self.narrow(InboundParcel.objects.for_partner(self.partner))
        page = cut(rows.select_related("location"), self.asked)
        return Response(page.answer(tell_parcels(page.rows, livemode=self.livemode)))


class OneParcel(ApiView):
    """One parcel in, and the return that it belongs to."""

    scopes = {"GET": Scope.READ_RETURNS}
    answers = {"GET": ParcelNow}

    def get(self, request: Request, reference: str) -> Response:
        rows = InboundParcel.objects.for_partner(self.partner).select_related("location")
        found = find_by_id(rows, reference, what="parcel")
        (told,) = tell_parcels([found], livemode=self.livemode)
        case = Return.objects.for_partner(self.partner).filter(public_id=told["case"]).first()
        now = clock.now(self.partner)
        actions = of_parcel(found, case, decider=self.actor.ref, now=now)
        return Response({**told, "allowed_actions": actions})


def tell_parcels(rows: Sequence[InboundParcel], *, livemode: bool) -> list[ParcelTold]:
    """With one query for all their returns."""
    keys = {row.case.partition(":")[2] for row in rows if row.case.startswith("return:")}
    cases = dict(Return.objects.filter(pk__in=keys).values_list("pk", "public_id"))
    by_reference = {f"return:{pk}": public_id for pk, public_id in cases.items()}
    return [parcel(row, case=by_reference.get(row.case), livemode=livemode) for row in rows]

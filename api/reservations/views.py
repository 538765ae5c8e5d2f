from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.pages import PageQuestion, cut
from api.problems import NoSuchThing
from api.references import find_holders
from api.reservations.telling import RankedReservation, ReservationTold, tell_reservations
from api.scopes import Scope
from api.shapes import ListedAsOf, moment
from api.stock.questions import LocationCode, Sku
from api.views import ApiView
from core import clock
from core.numbers import MistypedNumber, read_number
from inventory.models import Reservation
from inventory.states import ReservationState


class ReservationQuestion(PageQuestion):
    sku = Sku(required=False)
    location = LocationCode(required=False)
    state = serializers.ChoiceField(choices=ReservationState.choices, required=False)
    reference = serializers.CharField(
        required=False,
        max_length=64,
        help_text="Of one exchange, by its id, or of one of its lines: `exc_…:1`.",
    )


class Reservations(ApiView):
    """Units held for exchanges, where, and until when."""

    scopes = {"GET": Scope.READ_RESERVATIONS}
    answers = {"GET": ListedAsOf[ReservationTold]}
    question = ReservationQuestion
    columns = {
        "sku": "variant__sku",
        "location": "location__code",
        "state": "state",
    }

    def get(self, request: Request) -> Response:
        rows = self.narrow(Reservation.objects.for_partner(self.partner))
        if "reference" in self.asked:
            rows = rows.filter(reference__in=find_holders(self.asked["reference"], self.partner))
        page = cut(rows.select_related("variant", "location", "bin"), self.asked)
        as_of = clock.database_now()
        data = tell_reservations(page.rows, self.partner, as_of=as_of)
        return Response(page.answer(data, as_of=moment(as_of)))


class OneReservation(ApiView):
    """By the number that screens and parcels show; typed as people type it."""

    scopes = {"GET": Scope.READ_RESERVATIONS}
    answers = {"GET": RankedReservation}

    def get(self, request: Request, reference: str) -> Response:
        rows = Reservation.objects.for_partner(self.partner)
        rows = rows.select_related("variant", "location", "bin")
        try:
            found: Reservation | None = rows.filter(number=read_number(reference)).first()
        except MistypedNumber:
            found = None
        if found is None:
            raise NoSuchThing("There is no such reservation.")
        as_of = clock.database_now()
        (answer,) = tell_reservations([found], self.partner, as_of=as_of)
        return Response({**answer, "ranking": found.ranking, "as_of": moment(as_of)})

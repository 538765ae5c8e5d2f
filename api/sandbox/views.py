from __future__ import annotations

import datetime as dt
from typing import Literal, TypedDict
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body
from api.orders.bodies import MomentText
from api.repeating import once
from api.scopes import Scope
from api.services import set_clock
from api.shapes import AllowedAction, Moment, action, moment
from api.views import ApiView
from core import clock
from core.models import Partner
from core.verdicts import Verdict


class ClockTold(TypedDict):
    """What time it is for this key. A sandbox may be ahead of the real clock.

    `set` is `POST /clock`.
    """

    object: Literal["clock"]
    now: Moment
    seconds_ahead: int
    allowed_actions: list[AllowedAction]
    livemode: bool


class NewTime(Body):
    """What time it shall be; not before what it is."""

    now = MomentText()


class Clock(ApiView):
    """What time it is; in a sandbox it can be set forward, so that windows and deadlines pass."""

    scopes = {"GET": Scope.SET_CLOCK, "POST": Scope.SET_CLOCK}
    bodies = {"POST": NewTime}
    answers = {"GET": ClockTold, "POST": ClockTold}

    def get(self, request: Request) -> Response:
        return Response(tell_clock(self.partner))

    @once
    def post(self, request: Request, *, op_id: UUID) -> Response:
        """Returns whose last day has passed end at once; holds and quotes end by the real clock."""
        wanted = dt.datetime.fromisoformat(self.read()["now"]).astimezone(dt.UTC)
        partner = set_clock(
            partner_id=self.partner.pk,
            to=wanted,
            actor=self.actor,
            op_id=op_id,
            now=clock.now(self.partner),
        )
        return Response(tell_clock(partner))


def tell_clock(partner: Partner) -> ClockTold:
    return {
        "object": "clock",
        "now": moment(clock.now(partner)),
        "seconds_ahead": int(partner.clock_offset.total_seconds()),
        "allowed_actions": [
            action("set", Verdict.of(None if partner.is_sandbox else "Only a sandbox's can be."))
        ],
        "livemode": not partner.is_sandbox,
    }

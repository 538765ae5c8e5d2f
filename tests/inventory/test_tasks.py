from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from config.celery import app
from core.actors import Actor
from core.deliveries import deliver_due
from core.events import subscribe, unsubscribe
from core.models import Event
from inventory.models import Reservation
from inventory.rules import Wanted
from inventory.services import reserve
from inventory.tasks import expire_holds
from tests.factories.people import make_partner
from tests.factories.stock import make_location, make_stock, make_variant

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def due() -> Reservation:
    level = make_stock(make_variant(), make_location(), available=1)
    (held,) = reserve(
        partner_id=make_partner().pk,
        case="return:1",
        wanted=[Wanted("exchangeline:1", level.variant_id, 1, level.location_id)],
        destination=None,
        hold_for=dt.timedelta(0),
        actor=Actor.system("test"),
        now=NOW,
    )
    return held


class TestExpireHolds:
    def test_comes_often_enough_to_free_stock_within_a_minute(self) -> None:
        (entry,) = (
            entry
            for entry in settings.CELERY_BEAT_SCHEDULE.values()
            if entry["task"] == expire_holds.name
        )
        assert entry["schedule"] <= 15
        assert expire_holds.name in app.tasks

    def test_frees_the_stock_and_tells_who_listens(self, due: Reservation) -> None:
        heard: list[Event] = []

        def hear(*, event: Event, now: dt.datetime) -> None:
            heard.append(event)

        subscribe("test.expiry", "reservation.expired", handler=hear)
        try:
            assert expire_holds() == 1
            deliver_due()
        finally:
            unsubscribe("test.expiry")
        due.stock_level.refresh_from_db()
        assert due.stock_level.available == 1
        assert [event.data["number"] for event in heard] == [due.number]

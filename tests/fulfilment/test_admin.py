from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.roles import Role
from fulfilment import services
from tests.factories.people import make_user
from tests.factories.stock import make_location

NOW = dt.datetime(2026, 11, 6, 10, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


class TestParcels:
    def test_are_shown_with_their_history_and_never_changed(self, client: Client) -> None:
        location = make_location()
        parcel = services.announce_parcel(
            case="return:5",
            partner_id=location.partner_id,
            location_id=location.pk,
            carrier="DHL",
            tracking_number="00340",
            actor=Actor.system("test"),
            now=NOW,
        )
        client.force_login(make_user(Role.WAREHOUSE, is_staff=True))
        assert "00340" in client.get(reverse("admin:fulfilment_inboundparcel_changelist")).text
        for page in ("change", "history"):
            address = reverse(f"admin:fulfilment_inboundparcel_{page}", args=[parcel.pk])
            assert client.get(address).status_code == 200
        change = reverse("admin:fulfilment_inboundparcel_change", args=[parcel.pk])
        assert client.post(change, {"state": "lost"}).status_code == 403

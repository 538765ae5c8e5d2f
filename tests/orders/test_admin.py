from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from orders.models import Channel, Order
from tests.factories.people import make_partner, make_user
from tests.factories.sales import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return make_order(number="#SHP-1001")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestOrderAdmin:
    def test_shows_frozen_money_and_history_to_an_auditor(self, order: Order) -> None:
        client = signed_in(make_user(Role.AUDITOR, is_staff=True))
        page = client.get(reverse("admin:orders_order_change", args=[order.pk]))
        assert "43.2000" in page.content.decode()
        assert 'name="_save"' not in page.content.decode()
        history = client.get(reverse("admin:orders_order_history", args=[order.pk]))
        assert history.status_code == 200

    def test_hides_other_partners_orders(self, order: Order) -> None:
        stranger = make_user(Role.ADMIN, make_partner("other"), is_staff=True)
        page = signed_in(stranger).get(reverse("admin:orders_order_changelist"))
        assert "#SHP-1001" not in page.content.decode()


class TestChannelAdmin:
    def change(self, user: User, channel: Channel) -> int:
        form = {
            "name": "Shop",
            "time_zone": "Europe/Berlin",
            "currency": "EUR",
            "locale": "de",
            "country": "DE",
            "is_active": "on",
            "holds_unknown_skus": "on",
        }
        address = reverse("admin:orders_channel_change", args=[channel.pk])
        return signed_in(user).post(address, form).status_code

    def test_lets_an_admin_hold_unknown_skus(self, order: Order) -> None:
        self.change(make_user(Role.ADMIN, is_staff=True), order.channel)
        order.channel.refresh_from_db()
        assert order.channel.holds_unknown_skus

    def test_lets_a_lead_only_look(self, order: Order) -> None:
        assert self.change(make_user(Role.LEAD, is_staff=True), order.channel) == 403

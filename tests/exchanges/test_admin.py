from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.roles import Role
from exchanges.models import Exchange, Quote
from tests.factories.people import make_partner, make_user
from tests.factories.swaps import make_swap, open_exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange() -> Exchange:
    return open_exchange(make_swap())


@pytest.fixture
def looker(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR, is_staff=True))
    return client


class TestAdmin:
    def test_shows_an_exchange_with_its_quote_and_history(
        self, exchange: Exchange, looker: Client
    ) -> None:
        page = looker.get(reverse("admin:exchanges_exchange_change", args=[exchange.pk]))
        assert Quote.objects.get().content_hash in page.text
        history = looker.get(reverse("admin:exchanges_exchange_history", args=[exchange.pk]))
        assert "awaiting_goods" in history.text

    @pytest.mark.parametrize("model", ["exchange", "quote"])
    def test_lists_by_number(self, exchange: Exchange, looker: Client, model: str) -> None:
        page = looker.get(reverse(f"admin:exchanges_{model}_changelist"), {"q": exchange.number})
        assert exchange.number in page.text

    def test_changes_nothing(self, exchange: Exchange, looker: Client) -> None:
        address = reverse("admin:exchanges_exchange_change", args=[exchange.pk])
        assert looker.post(address, {"type": "advanced"}).status_code == 403

    def test_hides_the_exchanges_of_other_partners(
        self, exchange: Exchange, client: Client
    ) -> None:
        other = make_partner("other")
        client.force_login(make_user(Role.AUDITOR, other, is_staff=True))
        page = client.get(reverse("admin:exchanges_exchange_changelist"))
        assert exchange.number not in page.text

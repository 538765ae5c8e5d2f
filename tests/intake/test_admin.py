from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.roles import Role
from intake.models import ChannelDocument
from intake.states import DocumentState
from tests.factories.people import make_partner, make_user
from tests.factories.stock import make_variant
from tests.intake.desk import make_channel, take_in
from tests.intake.documents import shopify

LIST = reverse("admin:intake_channeldocument_changelist")

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def held() -> ChannelDocument:
    return take_in(make_channel(holds_unknown_skus=True), shopify())


def replay(client: Client, document: ChannelDocument) -> int:
    form = {"action": "replay", "_selected_action": [document.pk]}
    return client.post(LIST, form, follow=True).status_code


class TestChannelDocumentAdmin:
    def test_shows_what_waits_with_field_and_reason(self, held: ChannelDocument) -> None:
        page = signed_in(make_user(Role.LEAD, is_staff=True)).get(LIST)
        assert "“SHIRT-BLUE-M” is not in the catalogue." in page.content.decode()
        assert "lines[0].sku" in page.content.decode()

    def test_lets_a_lead_send_it_through_again(self, held: ChannelDocument) -> None:
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS")
        replay(signed_in(make_user(Role.LEAD, is_staff=True)), held)
        held.refresh_from_db()
        assert held.state == DocumentState.ACCEPTED

    def test_lets_an_auditor_only_look(self, held: ChannelDocument) -> None:
        client = signed_in(make_user(Role.AUDITOR, is_staff=True))
        make_variant("SHIRT-BLUE-M")
        make_variant("SOCKS")
        assert client.get(LIST).status_code == 200
        replay(client, held)
        held.refresh_from_db()
        assert held.state == DocumentState.HELD

    def test_is_closed_to_an_agent(self, held: ChannelDocument) -> None:
        client = signed_in(make_user(Role.AGENT, is_staff=True))
        assert client.get(LIST).status_code == 403

    def test_hides_other_partners_documents(self, held: ChannelDocument) -> None:
        stranger = make_user(Role.LEAD, make_partner("other"), is_staff=True)
        assert "lines[0].sku" not in signed_in(stranger).get(LIST).content.decode()

    def test_changes_and_deletes_nothing(self, held: ChannelDocument) -> None:
        client = signed_in(make_user(Role.ADMIN, is_staff=True))
        page = client.get(reverse("admin:intake_channeldocument_change", args=[held.pk]))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        gone = reverse("admin:intake_channeldocument_delete", args=[held.pk])
        assert client.post(gone, {"post": "yes"}).status_code == 403
